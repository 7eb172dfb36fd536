--TEST--
Strata\Cache: getMultiple() returns keys in the order asked, with the default where there is no value
--FILE--
<?php
$cache = new Strata\Cache();
$cache->setMultiple(['a' => 1, 'b' => [2], 'c' => null, 'd' => 'four']);
$show = function (iterable $keys, ...$default) use ($cache) {
    echo json_encode($cache->getMultiple($keys, ...$default)), "\n";
};
$show(['d', 'none', 'a', 'c', 'b']);
$show(['d', 'none', 'a', 'c', 'b'], 'default');
$show(['a', 'b', 'a', 'none', 'none', 'a'], 0);
$show([]);
$show(new ArrayIterator(['c', 'd']));
$show((function () {
    yield 'same key' => 'b';
    yield 'same key' => 'none';
    yield ['not', 'a', 'string'] => 'a';
})());
$show((fn () => yield from [])());

$many = array_map(fn ($i) => "many $i", range(1, 3000));
$cache->setMultiple(array_combine($many, range(1, 3000)));
shuffle($many);
$read = $cache->getMultiple($many);
var_dump(array_keys($read) === $many);
var_dump($read === array_combine($many, array_map(fn ($key) => (int) substr($key, 5), $many)));
?>
--EXPECT--
{"d":"four","none":null,"a":1,"c":null,"b":[2]}
{"d":"four","none":"default","a":1,"c":null,"b":[2]}
{"a":1,"b":[2],"none":0}
[]
{"c":null,"d":"four"}
{"b":[2],"none":null,"a":1}
[]
bool(true)
bool(true)
