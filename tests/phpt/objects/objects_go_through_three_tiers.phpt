--TEST--
objects: through memcached and Redis as without them; each host reads them from the local tier, from a server, and from the local tier again
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_redis();
skip_without_memcached();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

/* Each process is a host of its own, to which the others' values are on the servers. */
$run = fn (string $way, string $code) => php(['strata.zero_copy' => $way, 'strata.memcached' => getenv('STRATA_TEST_MEMCACHED_DSN'),
    'strata.redis' => getenv('STRATA_TEST_REDIS_DSN'), 'strata.namespace' => "objects-$way-" . getenv('STRATA_TEST_RUN'),
    'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s', 'strata.request_budget' => '0', 'memory_limit' => '512M'],
    comparing($code));
$read = '
    $values = object_values();
    $cache = new Strata\Cache();
    $tiers = [];
    many_classes(60);
    $differ = ["exception", "own exception", "static properties"]; /* by where or when they are made */
    foreach ($values as $name => $make) {
        $expected = in_array($name, $differ, true) ? null : expected_of($make);
        foreach (["a server", "the local tier", "the local tier again"] as $from) {
            $seen = $cache->fetch($name);
            $tiers[$from][$seen->tier === Strata\Tier::Local ? "local" : "remote"] = true;
            $expected ??= drawn($seen->value);
            compare_drawn("$name, $from", $expected, $seen->value);
        }
    }
    echo json_encode(array_map(array_keys(...), $tiers)), "\n";';
foreach (['on', 'auto'] as $way) {
    echo "$way: ", $run($way, 'compare_all_objects();'), "$way, another host: ", $run($way, $read);
}
?>
--EXPECT--
on: all are right
on, another host: {"a server":["remote"],"the local tier":["local"],"the local tier again":["local"]}
auto: all are right
auto, another host: {"a server":["remote"],"the local tier":["local"],"the local tier again":["local"]}
