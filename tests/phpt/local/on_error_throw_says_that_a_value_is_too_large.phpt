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
Strata\CapacityException: key "key": a value of 2097200 bytes in the local tier, and strata.memory allows 131136: an eighth of it, 16 MiB at most
bool(false)
Strata\CapacityException: key "key": a value of 2097200 bytes in the local tier, and strata.memory allows 131136: an eighth of it, 16 MiB at most
Strata\CapacityException: key "key": a value of 2097200 bytes in the local tier, and strata.memory allows 131136: an eighth of it, 16 MiB at most
returned NULL
