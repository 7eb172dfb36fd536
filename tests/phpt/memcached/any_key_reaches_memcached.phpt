--TEST--
memcached: keys with spaces, line ends, NUL and of any length are kept apart
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=keys-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$long = random_bytes(65536);
$keys = ['a b', "a\nb", "a\r\nmg x v\r\n", "a\0b", "a\0c", "\0", ' ', "\x7F", 'äöü', 'a', 'YQ==', "\xFF\xFE", '-', '#', $long,
    substr($long, 0, -1), substr($long, 0, -1) . ($long[65535] ^ "\1"), ($long[0] ^ "\1") . substr($long, 1)];
foreach (range(150, 300) as $length) {
    $keys[] = str_repeat('k', $length);
    $keys[] = str_repeat('k', $length - 1) . ' ';
}
foreach ($keys as $i => $key) {
    expect_same(true, $cache->set($key, "value $i"), "set() of key $i");
}
foreach ($keys as $i => $key) {
    expect_same("value $i", $cache->get($key), "key $i");
}
$all = $cache->getMultiple($keys);
expect_same(array_map(fn ($i) => "value $i", array_keys($keys)), array_values($all), 'getMultiple()');
expect_same(true, $cache->deleteMultiple(["a\0b", $long, str_repeat('k', 250)]), 'deleteMultiple()');
var_dump(array_search(null, $cache->getMultiple($keys), true) === "a\0b");
var_dump($cache->has("a\0c"), $cache->has($long), $cache->has(str_repeat('k', 250)), $cache->has(str_repeat('k', 251)));
$count = "count " . substr($long, 6);
var_dump($cache->increment($count), $cache->increment($count), $cache->add($long, 1), $cache->touch($long, 60));
$spaced = $cache->increment("count\r\n of words", 3);
var_dump($spaced, $cache->get("count\r\n of words"), $cache->increment("count\r\n of words"), $cache->get("count\r\n of words"));
$reasons = strata_status()['databases']['default']['memcached']['reasons'];
var_dump($reasons);
?>
--EXPECT--
bool(true)
bool(true)
bool(false)
bool(false)
bool(true)
int(1)
int(2)
bool(true)
bool(true)
int(3)
int(3)
int(4)
int(4)
array(0) {
}
