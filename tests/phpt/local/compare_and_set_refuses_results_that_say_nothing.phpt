--TEST--
Strata\Cache::compareAndSet() refuses results of other keys, databases and errors
--INI--
strata.databases=other
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$cache->set('one', 1);
$seen = $cache->fetch('one');
echo thrown(fn () => $cache->compareAndSet('two', $seen, 2)), "\n";
echo thrown(fn () => (new Strata\Cache('other'))->compareAndSet('one', $seen, 2)), "\n";
echo thrown(fn () => $cache->compareAndSet('', $seen, 2)), "\n";
echo thrown(fn () => $cache->compareAndSet('one', $seen, fn () => 1)), "\n";
echo thrown(fn () => $cache->compareAndSet('one', 5, 2)), "\n";
$copy = clone $seen;
var_dump($cache->compareAndSet('one', $copy, 1), $cache->compareAndSet('one', $seen, 1));
$seen = $cache->fetch('one');
var_dump($cache->get('one'), $cache->increment('one'), $cache->compareAndSet('one', clone $seen, 3), $cache->get('one'));
?>
--EXPECTF--
ValueError: Strata\Cache::compareAndSet(): Argument #2 ($seen) must be what fetch() returned for this key of this database and namespace
ValueError: Strata\Cache::compareAndSet(): Argument #2 ($seen) must be what fetch() returned for this key of this database and namespace
ValueError: Strata\Cache::compareAndSet(): Argument #1 ($key) must be a key of 1 to 65536 bytes, 0 bytes given
Strata\SerializationException: %s
TypeError: Strata\Cache::compareAndSet(): Argument #2 ($seen) must be of type Strata\Result, int given
bool(true)
bool(false)
int(1)
int(2)
bool(false)
int(2)
