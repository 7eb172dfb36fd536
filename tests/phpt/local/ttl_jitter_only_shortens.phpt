--TEST--
strata.ttl_jitter: lives are shortened at random, by no more than that, and never lengthened
--INI--
strata.ttl_jitter=50%
--FILE--
<?php
$cache = new Strata\Cache();
$lives = [];
for ($i = 0; $i < 200; $i++) {
    $cache->set('key', $i, 100000);
    $lives[] = (int) $cache->fetch('key')->ttl;
}
var_dump(min($lives) >= 49900, max($lives) <= 100000);
var_dump(count(array_unique($lives)) > 100);
var_dump(min($lives) < 75000 && max($lives) > 75000);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
