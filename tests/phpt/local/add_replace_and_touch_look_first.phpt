--TEST--
Strata\Cache: add() stores where nothing is, replace() and touch() work where something is
--INI--
strata.ttl_jitter=0
--FILE--
<?php
$cache = new Strata\Cache();
var_dump($cache->replace('key', 1), $cache->touch('key', 60), $cache->has('key'));
var_dump($cache->add('key', 2, 100), $cache->add('key', 3), $cache->get('key'));
var_dump($cache->fetch('key')->ttl <= 100);
var_dump($cache->replace('key', ['four'], 1000), $cache->get('key'), $cache->fetch('key')->ttl > 900);
var_dump($cache->touch('key'), $cache->fetch('key')->ttl, $cache->get('key'));
var_dump($cache->touch('key', 500), $cache->fetch('key')->ttl > 400);
var_dump($cache->set('key', 5), $cache->fetch('key')->ttl);
var_dump($cache->delete('key'), $cache->delete('key'), $cache->touch('key'), $cache->add('key', 6), $cache->get('key'));
?>
--EXPECT--
bool(false)
bool(false)
bool(false)
bool(true)
bool(false)
int(2)
bool(true)
bool(true)
array(1) {
  [0]=>
  string(4) "four"
}
bool(true)
bool(true)
NULL
array(1) {
  [0]=>
  string(4) "four"
}
bool(true)
bool(true)
bool(true)
NULL
bool(true)
bool(true)
bool(false)
bool(true)
int(6)
