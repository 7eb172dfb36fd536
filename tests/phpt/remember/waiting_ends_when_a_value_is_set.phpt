--TEST--
remember(): a value that another caller sets ends the wait for a computation, on shared memory alone and above a server
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
skip_without_redis();
?>
--INI--
strata.databases=shared
strata.shared.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=wait-set-${STRATA_TEST_RUN}
strata.lease_wait=20s
strata.local_ttl=1h
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

/* For 5 seconds at most. */
function until(callable $is): bool
{
    for ($i = 0; $i < 5000 && !$is(); $i++) {
        usleep(1000);
    }
    return $is();
}

$waits = fn (string $database) => strata_status()['databases'][$database]['local']['lease_waits'];

/* The first computes until those that wait for it have a value: from the last, which sets one. */
$works = fn (string $name, Strata\Cache $cache) => [
    fn () => $cache->remember('key', 60, function () use ($name): string {
        strata_set("$name computing", true);
        return 'computed ' . (until(fn () => strata_get("$name served") === 2) ? 'when both were served' : 'in vain');
    }),
    function () use ($name, $cache) {
        until(fn () => strata_has("$name computing"));
        $value = $cache->remember('key', 60, fn () => 'never');
        strata_increment("$name served");
        return $value;
    },
    function () use ($name, $cache) {
        until(fn () => strata_has("$name computing"));
        $values = $cache->rememberMultiple(['key'], 60, fn () => ['key' => 'never']);
        strata_increment("$name served");
        return $values;
    },
    function () use ($name, $cache, $waits) {
        until(fn () => strata_has("$name computing") && $waits($name) === 2);
        return $cache->set('key', 'set', 60);
    },
];
foreach (['default', 'shared'] as $name) {
    $all = $works($name, new Strata\Cache($name));
    echo json_encode(in_children(4, fn (int $child) => $all[$child]())), "\n";
    echo json_encode([strata_status()['host']['leases'], (new Strata\Cache($name))->get('key')]), "\n";
}
?>
--EXPECT--
["computed when both were served","set",{"key":"set"},true]
[0,"set"]
["computed when both were served","set",{"key":"set"},true]
[0,"set"]
