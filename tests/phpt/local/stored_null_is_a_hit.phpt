--TEST--
Strata\Cache: fetch() tells a stored null from a miss, and so do has(), add(), getMultiple() and remember()
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$cache->set('null', null);
echo told($cache->fetch('null')), "\n", told($cache->fetch('none')), "\n";
var_dump($cache->get('null', 'default'), $cache->get('none', 'default'), $cache->get('none'));
var_dump($cache->has('null'), $cache->has('none'));
var_dump($cache->add('null', 1));
var_dump($cache->getMultiple(['null', 'none'], 'default'));
var_dump($cache->remember('null', null, fn () => 'computed'));
var_dump($cache->remember('new null', null, fn () => null), $cache->has('new null'));
?>
--EXPECT--
hit local: NULL
miss local
NULL
string(7) "default"
NULL
bool(true)
bool(false)
bool(false)
array(2) {
  ["null"]=>
  NULL
  ["none"]=>
  string(7) "default"
}
NULL
NULL
bool(true)
