--TEST--
Redis: increment() and decrement() start from $initial, live for $ttl from their start, and stop at both ends
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-counters-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$left = fn (string $key) => redis(getenv('STRATA_TEST_REDIS'), 'PTTL', remote_key($key));
$cache = new Strata\Cache();
var_dump($cache->increment('a'), $cache->increment('a', 5), $cache->decrement('a', 10), $left('a'));
var_dump($cache->increment('b', 2, 40), $cache->decrement('c', 2, 40), $cache->increment('b', 2, 40), $left('b'));
var_dump($cache->increment('d', 1, 10, 100), $left('d') > 70000 && $left('d') <= 100000);
var_dump($cache->increment('d', 1, 10, 5000), $left('d') > 70000 && $left('d') <= 100000);
var_dump($cache->decrement('d', 20), $left('d') > 70000, $cache->touch('d', 900), $left('d') > 800000, $cache->get('d'));
var_dump($cache->touch('d'), $left('d'), redis(getenv('STRATA_TEST_REDIS'), 'GET', remote_key('d')));
$cache->increment('short', 1, 0, 1);

$cache->set('high', PHP_INT_MAX - 1);
var_dump($cache->increment('high'));
echo thrown(fn () => $cache->increment('high')), "\n", thrown(fn () => $cache->increment('high', 1, 0, 60)), "\n";
var_dump($cache->get('high'));
$cache->set('low', PHP_INT_MIN + 1);
var_dump($cache->decrement('low'));
echo thrown(fn () => $cache->decrement('low')), "\n";
var_dump($cache->get('low'));
echo thrown(fn () => $cache->increment('new', 1, PHP_INT_MAX)), "\n";
var_dump($cache->has('new'));
foreach (['string' => '5', 'array' => [5], 'null' => null] as $key => $value) {
    $cache->set($key, $value);
    echo thrown(fn () => $cache->increment($key)), "\n", thrown(fn () => $cache->decrement($key, 1, 5, 60)), "\n";
    expect_same($value, $cache->get($key), $key);
}
usleep(1050000);
var_dump($cache->has('short'));
?>
--EXPECT--
int(1)
int(6)
int(-4)
int(-1)
int(42)
int(38)
int(44)
int(-1)
int(11)
bool(true)
int(12)
bool(true)
int(-8)
bool(true)
bool(true)
bool(true)
int(-8)
bool(true)
int(-1)
string(2) "-8"
int(9223372036854775807)
Strata\CapacityException: key "high": the sum does not fit a 64-bit integer
Strata\CapacityException: key "high": the sum does not fit a 64-bit integer
int(9223372036854775807)
int(-9223372036854775808)
Strata\CapacityException: key "low": the sum does not fit a 64-bit integer
int(-9223372036854775808)
Strata\CapacityException: key "new": the sum does not fit a 64-bit integer
bool(false)
Strata\SerializationException: key "string": the stored value is not an integer
Strata\SerializationException: key "string": the stored value is not an integer
Strata\SerializationException: key "array": the stored value is not an integer
Strata\SerializationException: key "array": the stored value is not an integer
Strata\SerializationException: key "null": the stored value is not an integer
Strata\SerializationException: key "null": the stored value is not an integer
bool(false)
