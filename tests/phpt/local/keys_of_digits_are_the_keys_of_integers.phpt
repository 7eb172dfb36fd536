--TEST--
Strata\Cache: an integer key of an array is the key with its digits, and no other
--FILE--
<?php
$cache = new Strata\Cache();
$cache->setMultiple([7 => 'seven', -3 => 'minus three', '08' => 'eight', '9223372036854775808' => 'large']);
var_dump($cache->get('7'), $cache->get('-3'), $cache->get('08'), $cache->get('8'));
var_dump($cache->getMultiple([7, '-3', '08', '9223372036854775808']));
var_dump($cache->deleteMultiple([7, '-3']), $cache->has('7'), $cache->has('-3'), $cache->has('08'));
?>
--EXPECT--
string(5) "seven"
string(11) "minus three"
string(5) "eight"
NULL
array(4) {
  [7]=>
  string(5) "seven"
  [-3]=>
  string(11) "minus three"
  ["08"]=>
  string(5) "eight"
  ["9223372036854775808"]=>
  string(5) "large"
}
bool(true)
bool(false)
bool(false)
bool(true)
