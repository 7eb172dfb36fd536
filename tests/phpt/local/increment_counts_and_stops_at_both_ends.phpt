--TEST--
Strata\Cache: increment() and decrement() count from $initial, and refuse what does not fit
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
var_dump($cache->increment('a'), $cache->increment('a', 5), $cache->decrement('a', 10), $cache->decrement('a'));
var_dump($cache->increment('b', 2, 40), $cache->decrement('c', 2, 40), $cache->increment('b', 2, 40));
var_dump($cache->increment('d', -7), $cache->decrement('d', -7), $cache->increment('d', 0));
var_dump($cache->get('a'), strata_increment('a'), strata_decrement('a', 2));

$cache->set('high', PHP_INT_MAX - 1);
var_dump($cache->increment('high'));
echo thrown(fn () => $cache->increment('high')), "\n";
var_dump($cache->get('high'));
$cache->set('low', PHP_INT_MIN + 1);
var_dump($cache->decrement('low'));
echo thrown(fn () => $cache->decrement('low')), "\n";
echo thrown(fn () => $cache->increment('low', PHP_INT_MIN)), "\n";
var_dump($cache->get('low'), $cache->increment('low', PHP_INT_MAX));
echo thrown(fn () => $cache->increment('new', 1, PHP_INT_MAX)), "\n";
echo thrown(fn () => $cache->decrement('new', PHP_INT_MIN)), "\n";
var_dump($cache->has('new'));
?>
--EXPECTF--
int(1)
int(6)
int(-4)
int(-5)
int(42)
int(38)
int(44)
int(-7)
int(0)
int(0)
int(-5)
int(-4)
int(-6)
int(9223372036854775807)
Strata\CapacityException: key "high": the sum does not fit a 64-bit integer
int(9223372036854775807)
int(-9223372036854775808)
Strata\CapacityException: key "low": the sum does not fit a 64-bit integer
Strata\CapacityException: key "low": the sum does not fit a 64-bit integer
int(-9223372036854775808)
int(-1)
Strata\CapacityException: key "new": the sum does not fit a 64-bit integer
ValueError: Strata\Cache::decrement(): Argument #2 ($by) must be greater than -9223372036854775808
bool(false)
