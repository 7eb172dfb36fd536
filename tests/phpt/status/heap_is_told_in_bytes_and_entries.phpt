--TEST--
strata_status(): "local" follows what is stored, removed, evicted and expired
--INI--
strata.memory=4M
--FILE--
<?php
$local = fn (string $name) => strata_status()['local'][$name];
$cache = new Strata\Cache();
var_dump($local('enabled'), $local('size') <= 4 << 20, $local('size') > 3 << 20, $local('entries'), $local('evicted'));
$used = $local('used');
$free = $local('free');
foreach (range(1, 100) as $i) {
    $cache->set("key $i", str_repeat('x', 1000));
}
var_dump($local('entries'), $local('used') - $used >= 100000, $local('used') - $used < 200000, $free - $local('free') >= 100000);
foreach (range(1, 50) as $i) {
    $cache->delete("key $i");
}
var_dump($local('entries'), $local('used') - $used < 100000, $local('evicted'));
var_dump($local('largest_free') <= $local('free'), $local('value_limit') >= (4 << 20) / 8, $local('shards') >= 1);
foreach (range(1, 10000) as $i) {
    $cache->set("more $i", str_repeat('x', 1000));
}
var_dump($local('evicted') > 5000, $local('entries') > 1000, $local('repairs'), $local('lock_timeouts'));
$cache->setMultiple(['a' => 1, 'b' => 2, 'c' => 3], 1);
usleep(1100000);
$expired = $local('expired');
foreach (range(1, 10000) as $i) {
    $cache->set("last $i", str_repeat('x', 1000));
}
var_dump($cache->get('a'), $local('expired') - $expired);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
int(0)
int(0)
int(100)
bool(true)
bool(true)
bool(true)
int(50)
bool(true)
int(0)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
int(0)
int(0)
NULL
int(3)
