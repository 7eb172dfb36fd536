--TEST--
Strata\Cache: what an iterator of keys or values throws passes through, and nothing was written
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$cache->set('a', 'old');
$broken = function () {
    yield 'a' => 'new';
    yield 'b' => 'new';
    throw new LogicException('in the generator');
};
echo thrown(fn () => $cache->setMultiple($broken())), "\n";
echo thrown(fn () => $cache->getMultiple($broken())), "\n";
echo thrown(fn () => $cache->deleteMultiple((function () {
    yield 'a';
    throw new LogicException('while deleting');
})())), "\n";
echo thrown(fn () => $cache->getMultiple(new class implements IteratorAggregate {
    public function getIterator(): Iterator
    {
        throw new LogicException('in getIterator()');
    }
})), "\n";
echo thrown(fn () => $cache->getMultiple(['a', 1.5])), "\n";
echo thrown(fn () => $cache->getMultiple(['a', null])), "\n";
echo thrown(fn () => $cache->deleteMultiple(['a', ''])), "\n";
echo thrown(fn () => $cache->setMultiple((fn () => yield 1.5 => 'x')())), "\n";
echo thrown(fn () => $cache->setMultiple(['a' => 'new', '' => 'x'])), "\n";
echo thrown(fn () => $cache->getMultiple('a')), "\n";
var_dump($cache->get('a'), $cache->has('b'));

$nested = $cache->getMultiple((function () use ($cache) {
    yield 'a';
    $cache->setMultiple((fn () => yield 'b' => 'written meanwhile')());
    yield 'b';
})());
echo json_encode($nested), "\n";
?>
--EXPECT--
LogicException: in the generator
LogicException: in the generator
LogicException: while deleting
LogicException: in getIterator()
TypeError: Strata\Cache::getMultiple(): Argument #1 ($keys) must contain only keys of type string, float given
TypeError: Strata\Cache::getMultiple(): Argument #1 ($keys) must contain only keys of type string, null given
ValueError: Strata\Cache::deleteMultiple(): Argument #1 ($keys) must be a key of 1 to 65536 bytes, 0 bytes given
TypeError: Strata\Cache::setMultiple(): Argument #1 ($values) must contain only keys of type string, float given
ValueError: Strata\Cache::setMultiple(): Argument #1 ($values) must be a key of 1 to 65536 bytes, 0 bytes given
TypeError: Strata\Cache::getMultiple(): Argument #1 ($keys) must be of type Traversable|array, string given
string(3) "old"
bool(false)
{"a":"old","b":"written meanwhile"}
