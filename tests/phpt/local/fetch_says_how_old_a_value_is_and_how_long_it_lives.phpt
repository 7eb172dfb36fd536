--TEST--
Strata\Cache: fetch() says age and time left of a hit, and neither of a miss
--INI--
strata.ttl_jitter=0
--FILE--
<?php
$cache = new Strata\Cache();
$cache->set('for ever', 1);
$cache->set('for a while', ['x'], 1000);

$hit = $cache->fetch('for ever');
var_dump($hit->age >= 0 && $hit->age < 100, $hit->ttl, $hit->reason, $hit->node);
$hit = $cache->fetch('for a while');
var_dump($hit->ttl <= 1000 && $hit->ttl > 900, $hit->tier);
usleep(20000);
var_dump($cache->fetch('for ever')->age >= 0.02);
$miss = $cache->fetch('none');
var_dump($miss->age, $miss->ttl, $miss->value, $miss->status === Strata\Status::Miss);
try {
    $hit->value = 1;
} catch (Error $error) {
    echo $error->getMessage(), "\n";
}
?>
--EXPECT--
bool(true)
NULL
NULL
NULL
bool(true)
enum(Strata\Tier::Local)
bool(true)
NULL
NULL
NULL
bool(true)
Cannot modify readonly property Strata\Result::$value
