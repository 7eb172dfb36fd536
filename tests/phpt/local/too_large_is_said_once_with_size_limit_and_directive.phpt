--TEST--
Strata\Cache: the first value too large for the local tier is a warning with size, limit and directive; all are counted
--INI--
strata.memory=4M
strata.databases=small
strata.small.local_share=5%
--FILE--
<?php
$large = str_repeat('x', 1 << 20);
$reason = fn (string $database) => strata_status()['databases'][$database]['local']['reasons']['too_large'] ?? 0;

$cache = new Strata\Cache();
var_dump($cache->setMultiple(['a' => 1, 'large' => $large, 'b' => [$large], 'c' => 2]));
var_dump($cache->getMultiple(['a', 'large', 'b', 'c']));
var_dump($cache->set('large', $large), $cache->add('large', $large), $cache->replace('a', $large));
$cache->set('seen', 1);
var_dump($cache->compareAndSet('seen', $cache->fetch('seen'), $large));
echo strlen($cache->remember('large', 60, fn () => $large)), " bytes computed\n";
echo $reason('default'), " refused\n";

/* The largest that fits, which is a share of one part of the memory and not an eighth of all of it. */
$small = new Strata\Cache('small');
var_dump($small->set('large', str_repeat('x', 300_000)), $small->set('large', str_repeat('x', 40_000)));
echo $reason('small'), " refused\n";
?>
--EXPECTF--
Warning: Strata\Cache::setMultiple(): database default: a value of %d bytes in the local tier, and strata.memory allows 524352: an eighth of it, 16 MiB at most in %s on line %d
bool(false)
array(4) {
  ["a"]=>
  int(1)
  ["large"]=>
  NULL
  ["b"]=>
  NULL
  ["c"]=>
  int(2)
}
bool(false)
bool(false)
bool(false)
bool(false)
1048576 bytes computed
7 refused

Warning: Strata\Cache::set(): database small: a value of %d bytes in the local tier, and strata.local_share allows %d: 5% of one of the parts of strata.memory, its key included in %s on line %d
bool(false)
bool(true)
1 refused
