--TEST--
Strata\Cache::getMultiple(): hundreds of keys of all kinds give what single gets give
--SKIPIF--
<?php require __DIR__ . '/../../support/zero_copy.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

in_all_ways(<<<'CODE'
$value_of = fn (int $i) => match ($i % 9) {
    0 => $i, 1 => "text $i", 2 => ['id' => $i, 'tags' => ["tag $i"]], 3 => null, 4 => $i / 7,
    5 => str_repeat("$i ", 2000), 6 => '', 7 => (object) ['id' => $i, 'text' => "text $i"], 8 => chr(65 + $i % 26),
};
$key_of = fn (int $i) => match ($i % 5) {
    0 => "key:$i", 1 => "~$i", 2 => (string) $i, 3 => str_repeat('long ', $i % 200 + 1) . $i, 4 => "k$i",
};
$root = new Strata\Cache();
foreach ([$root, $root->namespace('one'), $root->namespace('one')->namespace('two')] as $place => $cache) {
    for ($i = 0; $i < 300; $i++) {
        $i % 7 === 3 || $cache->set($key_of($i), $value_of($i + $place), $i % 4 ? null : 3600, $i % 6 ? [] : ['all', "tag:$place"]);
        $keys[$i] = $i % 5 === 2 && $i % 2 ? $i : $key_of($i);
    }
    $again = $key_of(299);
    $keys[300] = &$again;
    $keys[301] = $keys[0];
    foreach (['current', 'outdated', 'cleared'] as $state) {
        for ($round = $wrong = 0; $round < 3; $round++) {
            $all = $cache->getMultiple($keys, 'none');
            foreach ($keys as $key) {
                $single = $cache->get((string) $key, 'none');
                $wrong += !array_key_exists($key, $all) || serialize($all[$key]) !== serialize($single);
            }
        }
        $found = count(array_filter($all, fn ($value) => $value !== 'none'));
        echo "$place, $state: ", count($all), " keys, $found found, $wrong wrong, ",
            array_keys($all) === array_values(array_unique(array_map(fn ($key) => is_numeric($key) ? (int) $key : $key, $keys))) ? 'in order' : 'in disorder', "\n";
        $state === 'current' ? $cache->invalidateTags("tag:$place") : $cache->clear();
    }
}
CODE, ['strata.memory' => '16M']);
?>
--EXPECT--
0, current: 300 keys, 257 found, 0 wrong, in order
0, outdated: 300 keys, 214 found, 0 wrong, in order
0, cleared: 300 keys, 0 found, 0 wrong, in order
1, current: 300 keys, 257 found, 0 wrong, in order
1, outdated: 300 keys, 214 found, 0 wrong, in order
1, cleared: 300 keys, 0 found, 0 wrong, in order
2, current: 300 keys, 257 found, 0 wrong, in order
2, outdated: 300 keys, 214 found, 0 wrong, in order
2, cleared: 300 keys, 0 found, 0 wrong, in order
