--TEST--
memcached: increment() and decrement() give what every other tier gives, below 0 and at both ends
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-counters-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
var_dump($cache->increment('a'), $cache->increment('a', 5), $cache->decrement('a', 10), $cache->decrement('a'), $cache->increment('a', 7));
var_dump($cache->increment('b', 2, 40), $cache->decrement('c', 2, 40), $cache->decrement('d'), $cache->increment('e', -3, 1));
echo memcached_read($cache->fetch('d')->node, remote_key('d')), "\n";

$cache->set('high', PHP_INT_MAX - 1);
var_dump($cache->increment('high'));
echo thrown(fn () => $cache->increment('high')), "\n";
echo thrown(fn () => $cache->increment('high', PHP_INT_MAX)), "\n";
var_dump($cache->get('high'), $cache->decrement('high'));
$cache->set('low', PHP_INT_MIN + 1);
var_dump($cache->decrement('low'));
echo thrown(fn () => $cache->decrement('low')), "\n";
var_dump($cache->get('low'), $cache->increment('low', PHP_INT_MAX), $cache->increment('low'));
echo thrown(fn () => $cache->increment('new', 1, PHP_INT_MAX)), "\n";

foreach (['string' => '5', 'array' => [5], 'null' => null] as $key => $value) {
    $cache->set($key, $value);
    echo thrown(fn () => $cache->increment($key)), "\n", thrown(fn () => $cache->decrement($key)), "\n";
    expect_same($value, $cache->get($key), $key);
}

$cache->increment('ends', 1, 0, 100);
$cache->increment('ends', 1, 0, 5000);
$cache->decrement('ends', 5, 0, 5000);
$found = $cache->fetch('ends');
var_dump($found->value, $found->ttl > 90 && $found->ttl <= 101, $cache->fetch('a')->ttl);
?>
--EXPECT--
int(1)
int(6)
int(-4)
int(-5)
int(2)
int(42)
int(38)
int(-1)
int(-2)
-1
int(9223372036854775807)
Strata\CapacityException: key "high": the sum does not fit a 64-bit integer
Strata\CapacityException: key "high": the sum does not fit a 64-bit integer
int(9223372036854775807)
int(9223372036854775806)
int(-9223372036854775808)
Strata\CapacityException: key "low": the sum does not fit a 64-bit integer
int(-9223372036854775808)
int(-1)
int(0)
Strata\CapacityException: key "new": the sum does not fit a 64-bit integer
Strata\SerializationException: key "string": the stored value is not an integer
Strata\SerializationException: key "string": the stored value is not an integer
Strata\SerializationException: key "array": the stored value is not an integer
Strata\SerializationException: key "array": the stored value is not an integer
Strata\SerializationException: key "null": the stored value is not an integer
Strata\SerializationException: key "null": the stored value is not an integer
int(-3)
bool(true)
NULL
