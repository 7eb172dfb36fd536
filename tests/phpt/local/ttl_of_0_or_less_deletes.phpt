--TEST--
Strata\Cache: a time to live of 0 or less deletes, whatever the operation writes
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$before = fn () => $cache->set('key', 'old');
$past = new DateInterval('PT5S');
$past->invert = 1;
foreach ([0, -1, PHP_INT_MIN, $past, new DateInterval('PT0S')] as $ttl) {
    $before();
    expect_same(true, $cache->set('key', 'new', $ttl), 'set()');
    expect_same(false, $cache->has('key'), 'after set()');
    $before();
    expect_same(true, $cache->touch('key', $ttl), 'touch()');
    expect_same(false, $cache->has('key'), 'after touch()');
    $before();
    $cache->replace('key', 'new', $ttl);
    expect_same(false, $cache->has('key'), 'after replace()');
    expect_same(false, $cache->add('key', 'new', $ttl) && $cache->has('key'), 'add()');
    expect_same(7, $cache->remember('key', $ttl, fn () => 7), 'remember()');
    expect_same(false, $cache->has('key'), 'after remember()');
}
$before();
echo thrown(fn () => $cache->increment('count', 1, 0, 0)), "\n";
echo thrown(fn () => $cache->set('key', 'new', 1.5)), "\n";
echo thrown(fn () => $cache->set('key', 'new', '10s')), "\n";
echo thrown(fn () => $cache->set('key', 'new', new stdClass())), "\n";
var_dump($cache->get('key'), $cache->has('count'));
?>
--EXPECTF--
ValueError: Strata\Cache::increment(): Argument #4 ($ttl) must be null or a time to live of at least 1 second

Deprecated: Implicit conversion from float 1.5 to int loses precision in %s on line %d
returned true
TypeError: Strata\Cache::set(): Argument #3 ($ttl) must be of type DateInterval|int|null, string given
TypeError: Strata\Cache::set(): Argument #3 ($ttl) must be of type DateInterval|int|null, stdClass given
string(3) "new"
bool(false)
