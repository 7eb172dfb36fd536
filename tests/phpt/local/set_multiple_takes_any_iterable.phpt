--TEST--
Strata\Cache: setMultiple() and deleteMultiple() take generators and iterators, and the last of equal keys
--FILE--
<?php
$cache = new Strata\Cache();
var_dump($cache->setMultiple((function () {
    yield 'a' => 1;
    yield 'b' => 2;
    yield 'a' => 3;
    yield 7 => 4;
})()));
echo json_encode($cache->getMultiple(['a', 'b', '7'])), "\n";
var_dump($cache->setMultiple(new ArrayIterator(['c' => 5, 'd' => null])));
var_dump($cache->get('c'), $cache->has('d'));
var_dump($cache->setMultiple([]));
var_dump($cache->setMultiple(['short' => 1, 'life' => 2], 1000), $cache->fetch('life')->ttl > 900);
var_dump($cache->deleteMultiple((fn () => yield from ['a', 'c', 'none', 'a'])()));
echo json_encode($cache->getMultiple(['a', 'b', 'c'])), "\n";
var_dump($cache->setMultiple(['b' => 9, 'e' => 9], 0), $cache->has('b'), $cache->has('e'));
?>
--EXPECT--
bool(true)
{"a":3,"b":2,"7":4}
bool(true)
int(5)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
{"a":null,"b":2,"c":null}
bool(true)
bool(false)
bool(false)
