--TEST--
strata.memory=0: every operation is a clean miss, and remember() still computes
--INI--
strata.memory=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
var_dump($cache->set('key', 1), $cache->add('key', 1), $cache->get('key', 'default'), $cache->has('key'));
var_dump($cache->setMultiple(['a' => 1]), $cache->getMultiple(['a', 'b'], 0));
var_dump($cache->remember('key', 60, fn () => 'computed'), $cache->remember('key', 60, fn () => 'again'));
var_dump($cache->touch('key'), $cache->replace('key', 1));
echo told($cache->fetch('key')), "\n";
var_dump($cache->fetch('key')->tier);
echo thrown(fn () => $cache->increment('key')), "\n";
var_dump(strata_status()['local']['enabled'], strata_status()['local']['size']);
?>
--EXPECT--
bool(false)
bool(false)
string(7) "default"
bool(false)
bool(false)
array(2) {
  ["a"]=>
  int(0)
  ["b"]=>
  int(0)
}
string(8) "computed"
string(5) "again"
bool(false)
bool(false)
error (unconfigured)
NULL
Strata\ConnectionException: database default: no tier is configured
bool(false)
int(0)
