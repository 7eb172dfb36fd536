--TEST--
Strata\Cache: [] goes on after the last key that is there, as after unserialize(), however the array is kept
--FILE--
<?php
/** The key that [] takes next. */
function next_key(array $array): string
{
    try {
        $array[] = 'new';
        return (string) array_key_last($array);
    } catch (Error) {
        return 'none is left';
    }
}

/** The same array as an image, and inside of what only a serializer can write. */
function both_ways(array $array): array
{
    $cache = new Strata\Cache();
    $cache->set('image', $array);
    $cache->set('nested', ['deep' => $array]);
    $cache->set('serialized', [$array, new stdClass()]);
    return array_map('next_key', [
        $cache->get('image'), $cache->get('nested')['deep'], $cache->get('serialized')[0], unserialize(serialize($array)),
    ]);
}

$last = [0, 1];
unset($last[1]);
$hole = [0, 1, 2];
unset($hole[1]);
$few = range(0, 99);
for ($i = 1; $i < 100; $i++) {
    unset($few[$i]);
}
$emptied = [1, 2, 3];
unset($emptied[0], $emptied[1], $emptied[2]);
$mixed = ['name' => 1, 7 => 2, 9 => 3];
unset($mixed[9]);
$words = ['a' => 1, 5 => 2];
unset($words[5]);
$grown = [];
$grown[-5] = 1;
$most = [PHP_INT_MAX => 1];
$popped = [1, 2, 3];
array_pop($popped);
$unset_most = ['x' => 1, PHP_INT_MAX => 1];
unset($unset_most[PHP_INT_MAX]);
foreach (compact('last', 'hole', 'few', 'emptied', 'mixed', 'words', 'grown', 'most', 'popped', 'unset_most') as $name => $array) {
    $keys = both_ways($array);
    echo "$name: ", count(array_unique($keys)) === 1 ? $keys[0] : implode(' or ', $keys), "\n";
    $negative = both_ways([-5 => 1]);
}
echo count(array_unique($negative)) === 1 ? 'negative keys too' : implode(' or ', $negative), "\n";
?>
--EXPECT--
last: 1
hole: 3
few: 1
emptied: 0
mixed: 8
words: 0
grown: -4
most: none is left
popped: 2
unset_most: 0
negative keys too
