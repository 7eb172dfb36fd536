--TEST--
strata.on_error=throw: a value too large is a CapacityException that names the key; a miss is none
--INI--
strata.memory=1M
strata.on_error=throw
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$large = str_repeat('x', 2 << 20);
$cache = new Strata\Cache();
$cache->set('key', 'old');
echo thrown(fn () => $cache->set('key', $large)), "\n";
var_dump($cache->has('key'));
echo thrown(fn () => $cache->setMultiple(['small' => 1, 'key' => $large])), "\n";
echo thrown(fn () => $cache->remember('key', 60, fn () => $large)), "\n";
echo thrown(fn () => $cache->get('none')), "\n";
?>
--EXPECT--
Strata\CapacityException: key "key": the value is larger than this tier accepts
bool(false)
Strata\CapacityException: key "key": the value is larger than this tier accepts
Strata\CapacityException: key "key": the value is larger than this tier accepts
returned NULL
