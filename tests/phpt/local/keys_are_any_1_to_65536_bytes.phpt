--TEST--
Strata\Cache: keys are any bytes, 1 to 65536 of them, and differ by each of them
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$long = random_bytes(65536);
$keys = ["\0", "\0\0", ' ', "a\0b", "a\0c", "a\r\nb", "\xFF\xFE", 'äöü', '{}()/\@:', '0', 'false', $long,
    substr($long, 0, -1), substr($long, 0, -1) . ($long[65535] ^ "\1"), ($long[0] ^ "\1") . substr($long, 1)];
foreach ($keys as $i => $key) {
    expect_same(true, $cache->set($key, $i), "set() of key $i");
}
foreach ($keys as $i => $key) {
    expect_same($i, $cache->get($key), "key $i");
}
expect_same(array_keys($keys), array_values($cache->getMultiple($keys)), 'getMultiple()');
expect_same(true, $cache->delete("a\0b"), 'delete()');
var_dump($cache->has("a\0b"), $cache->has("a\0c"), $cache->has('a'));

$too_long = str_repeat('k', 65537);
foreach ([
    fn ($key) => $cache->get($key),
    fn ($key) => $cache->set($key, 1),
    fn ($key) => $cache->delete($key),
    fn ($key) => $cache->has($key),
    fn ($key) => $cache->fetch($key),
    fn ($key) => $cache->add($key, 1),
    fn ($key) => $cache->replace($key, 1),
    fn ($key) => $cache->touch($key),
    fn ($key) => $cache->increment($key),
    fn ($key) => $cache->decrement($key),
    fn ($key) => $cache->remember($key, null, fn () => print('never computed')),
    fn ($key) => $cache->getMultiple(['a', $key]),
    fn ($key) => $cache->setMultiple([$key => 1]),
    fn ($key) => $cache->deleteMultiple([$key]),
] as $i => $operation) {
    foreach (['' => '0 bytes', $too_long => '65537 bytes'] as $key => $size) {
        $message = thrown(fn () => $operation($key));
        $right = str_starts_with($message, 'ValueError: Strata\Cache::')
            && str_ends_with($message, "must be a key of 1 to 65536 bytes, $size given");
        $right or print("operation $i: $message\n");
    }
}
echo thrown(fn () => strata_get('')), "\n";
?>
--EXPECT--
bool(false)
bool(true)
bool(false)
ValueError: strata_get(): Argument #1 ($key) must be a key of 1 to 65536 bytes, 0 bytes given
