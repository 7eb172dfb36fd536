--TEST--
Strata\Cache: what __unserialize() or __wakeup() throws passes through, and the cache goes on
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

class Refuses
{
    public function __serialize(): array
    {
        return [1];
    }
    public function __unserialize(array $data): void
    {
        throw new DomainException('in __unserialize()');
    }
}
class RefusesLater
{
    public $list = [1, 2, 3];
    public function __wakeup()
    {
        throw new DomainException('in __wakeup()');
    }
}

$cache = new Strata\Cache();
$cache->setMultiple(['a' => ['a'], 'bad' => ['before', new Refuses(), 'after'], 'late' => new RefusesLater(), 'z' => ['z']]);
foreach ([
    fn () => $cache->get('bad', 'default'),
    fn () => $cache->get('late'),
    fn () => $cache->fetch('bad'),
    fn () => $cache->getMultiple(['a', 'bad', 'z']),
    fn () => $cache->getMultiple(['a', 'late', 'z']),
    fn () => $cache->remember('bad', 60, fn () => 'never computed'),
    fn () => $cache->has('bad'),
    fn () => $cache->getMultiple(['a', 'z']) === ['a' => ['a'], 'z' => ['z']],
    fn () => strata_status()['host']['leases'],
] as $act) {
    echo thrown($act), "\n";
}
?>
--EXPECT--
DomainException: in __unserialize()
DomainException: in __wakeup()
DomainException: in __unserialize()
DomainException: in __unserialize()
DomainException: in __wakeup()
DomainException: in __unserialize()
returned true
returned true
returned 0
