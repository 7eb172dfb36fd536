--TEST--
Strata\Cache: a value is gone when its time is over, for every operation, and no other is
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$cache->setMultiple(['get' => 1, 'has' => 1, 'add' => 1, 'replace' => 1, 'touched' => 1, 'counted' => 5,
    'shortened' => 1], 1);
$cache->setMultiple(['longer' => 1, 'shortened' => 1, 'kept by increment' => 1], 60);
$cache->increment('kept by increment', 1, 0, 1);
$cache->set('for ever', 1);
echo told($cache->fetch('get')), "\n";
var_dump($cache->touch('touched', 60), $cache->touch('shortened', 1));
usleep(1100000);
echo told($cache->fetch('get')), "\n";
var_dump($cache->has('has'), $cache->add('add', 2), $cache->replace('replace', 2), $cache->increment('counted'));
var_dump($cache->getMultiple(['longer', 'for ever', 'touched', 'shortened', 'kept by increment']));
?>
--EXPECT--
hit local: 1
bool(true)
bool(true)
miss local
bool(false)
bool(true)
bool(false)
int(1)
array(5) {
  ["longer"]=>
  int(1)
  ["for ever"]=>
  int(1)
  ["touched"]=>
  int(1)
  ["shortened"]=>
  NULL
  ["kept by increment"]=>
  int(2)
}
