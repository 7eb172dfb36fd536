--TEST--
Strata\Cache: fetchMultiple() has a Result under each key, in the order asked
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

final class Gone
{
    public function __unserialize(array $data): void { throw new LogicException('not today'); }
    public function __serialize(): array { return []; }
}

$cache = new Strata\Cache();
$cache->setMultiple(['a' => 1, 'b' => [2, str_repeat('x', 5000)], 'c' => null, 12 => 'four'], 100);
foreach ([['12', 'none', 'a', 'c'], ['a', 'a', 'none', 'a'], [], [12, '012'],
    new ArrayIterator(['c', 'a']), (fn () => yield from ['a', 'c'])()] as $keys) {
    foreach ($cache->fetchMultiple($keys) as $key => $result) {
        echo json_encode($key), ': ', told($result), $result->status === Strata\Status::Hit && $result->ttl > 90 && $result->age < 50 ? ' in time' : '', "; ";
    }
    echo "\n";
}
$seen = $cache->fetchMultiple(['a', 'new']);
var_dump($cache->compareAndSet('a', $seen['a'], 2), $cache->compareAndSet('a', $seen['a'], 3), $cache->compareAndSet('new', $seen['new'], 4));
var_dump($cache->fetchMultiple(['b'])['b']->value === $cache->get('b'));

echo thrown(fn () => $cache->fetchMultiple(['a', ''])), "\n";
echo thrown(fn () => $cache->fetchMultiple(['a', null])), "\n";
echo thrown(fn () => $cache->fetchMultiple('a')), "\n";
echo thrown(fn () => $cache->fetchMultiple((function () { yield 'a'; throw new DomainException('in between'); })())), "\n";
$cache->set('gone', new Gone);
echo thrown(fn () => $cache->fetchMultiple(['a', 'gone', 'b'])), "\n";
echo thrown(fn () => $cache->fetch('a', Strata\Tier::Redis)), "\n";
echo thrown(fn () => $cache->fetch('a', 'redis')), "\n";
echo told($cache->fetch('a', from: Strata\Tier::Local)), ', ', told($cache->fetch('a', null)), "\n";
?>
--EXPECT--
12: hit local: 'four' in time; "none": miss local; "a": hit local: 1 in time; "c": hit local: NULL in time; 
"a": hit local: 1 in time; "none": miss local; 

12: hit local: 'four' in time; "012": miss local; 
"c": hit local: NULL in time; "a": hit local: 1 in time; 
"a": hit local: 1 in time; "c": hit local: NULL in time; 
bool(true)
bool(false)
bool(true)
bool(true)
ValueError: Strata\Cache::fetchMultiple(): Argument #1 ($keys) must be a key of 1 to 65536 bytes, 0 bytes given
TypeError: Strata\Cache::fetchMultiple(): Argument #1 ($keys) must contain only keys of type string, null given
TypeError: Strata\Cache::fetchMultiple(): Argument #1 ($keys) must be of type Traversable|array, string given
DomainException: in between
LogicException: not today
ValueError: Strata\Cache::fetch(): Argument #2 ($from) must be a tier of database default, which has local; redis given
TypeError: Strata\Cache::fetch(): Argument #2 ($from) must be of type ?Strata\Tier, string given
hit local: 2, hit local: 2
