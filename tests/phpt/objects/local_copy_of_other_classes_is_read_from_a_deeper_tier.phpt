--TEST--
objects: where the local copy is of other classes, every way to read gets what a deeper tier has, if that fits the present classes; else it is a miss
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_redis();
skip_without_fork();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=deeper-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

ini_set('error_log', '/dev/null');
$keys = ['fits', 'again', 'many', 'same', 'computed', 'broken'];
$seen = in_child(function () use ($keys) {
    eval('class Fits { public $a = 1; } class Same { public $a = 1; } class Broken { public ?int $a = null; }');
    foreach ($keys as $key) {
        strata_set($key, $key === 'broken' ? new Broken() : ($key === 'same' ? new Same() : [new Fits()]));
    }
    $cache = new Strata\Cache();
    return array_map(fn ($key) => $cache->fetch($key)->tier->name, $keys);
});
echo 'the last release read: ', implode(' ', array_unique($seen)), "\n";

eval('class Fits { public $new = "new"; public $a = 0; } class Same { public $a = 0; } class Broken { public int $a = 1; }');

$cache = new Strata\Cache();
$told = fn ($value) => $value === null ? 'a miss' : json_encode($value);
$fetched = $cache->fetch('fits');
echo 'fetch: ', $told($fetched->value), " from {$fetched->tier->name}\n";
echo 'get: ', $told($cache->get('again')), "\n";
echo 'getMultiple: ', $told($cache->getMultiple(['many', 'same'])), "\n";
echo 'remember: ', $told($cache->remember('computed', 60, fn () => 'computed')), "\n";
echo 'compareAndSet: ', $cache->compareAndSet('fits', $fetched, 'new') ? 'yes' : 'no', ', ', $told($cache->get('fits')), "\n";
echo 'same classes: ', $cache->fetch('same')->tier->name, "\n";
echo 'broken: ', $told($cache->get('broken')), ', ', $cache->fetch('broken')->reason->name, "\n";
?>
--EXPECT--
the last release read: Local
fetch: [{"new":"new","a":1}] from Redis
get: [{"new":"new","a":1}]
getMultiple: {"many":[{"new":"new","a":1}],"same":{"a":1}}
remember: [{"new":"new","a":1}]
compareAndSet: yes, "new"
same classes: Local
broken: a miss, Corrupt
