--TEST--
strata_keys(): call after call a cursor leads through all keys, each of which is told; a foreign cursor is harmless
--INI--
strata.memory=16M
strata.memcached=
strata.redis=
--FILE--
<?php
$cache = new Strata\Cache();
for ($i = 0; $i < 3000; $i++) {
    $cache->set("key:$i", $i);
    $cache->set("other:$i", $i);
}
$seen = [];
$cursor = null;
$calls = $most = 0;
do {
    $found = strata_keys('key:', 100, 'default', '', $cursor);
    $most = max($most, count($found));
    $seen += $found;
    $calls++;
} while ($cursor !== null);
var_dump(count($seen), $calls >= 20, $most <= 164, $cursor);
for ($i = 0; $i < 3000; $i++) {
    isset($seen["key:$i"]) || print("$i is missing\n");
}
foreach ([PHP_INT_MAX, 1 << 40, 0xffffffff, 1] as $cursor) {
    $found = strata_keys('key:', 10, 'default', '', $cursor);
    var_dump(is_array($found), $cursor === null || is_int($cursor));
}
?>
--EXPECT--
int(3000)
bool(true)
bool(true)
NULL
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
