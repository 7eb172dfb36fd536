--TEST--
Strata\Cache: __serialize() and __unserialize() may call the cache in the middle of any operation
--FILE--
<?php
class Busy
{
    public array $seen = [];
    public function __construct(public string $name)
    {
    }
    public function __serialize(): array
    {
        strata_set("written by {$this->name}", [strata_get('plain'), new DateTimeZone('UTC')]);
        strata_increment('serialized');
        return ['name' => $this->name];
    }
    public function __unserialize(array $data): void
    {
        $this->name = $data['name'];
        $this->seen = (new Strata\Cache())->getMultiple(['plain', "written by {$this->name}", 'none']);
        strata_set('a', 'overwritten while it is read');
        strata_delete('deleted meanwhile');
        strata_set('filler', str_repeat('x', 100000));
    }
}

strata_set('plain', ['p']);
$cache = new Strata\Cache();
$cache->set('deleted meanwhile', ['still', 'in the answer']);
var_dump($cache->setMultiple(['one' => new Busy('one'), 'a' => ['a'], 'two' => [new Busy('two'), new Busy('three')]]));
$read = $cache->getMultiple(['one', 'a', 'deleted meanwhile', 'two']);
echo json_encode($read), "\n";
var_dump($cache->get('a'), $cache->has('deleted meanwhile'), $cache->get('serialized'));
echo json_encode($cache->remember('new', 60, fn () => new Busy('four'))), "\n";
echo json_encode($cache->fetch('new')->value), "\n";
?>
--EXPECT--
bool(true)
{"one":{"seen":{"plain":["p"],"written by one":[["p"],{"timezone_type":3,"timezone":"UTC"}],"none":null},"name":"one"},"a":["a"],"deleted meanwhile":["still","in the answer"],"two":[{"seen":{"plain":["p"],"written by two":[["p"],{"timezone_type":3,"timezone":"UTC"}],"none":null},"name":"two"},{"seen":{"plain":["p"],"written by three":[["p"],{"timezone_type":3,"timezone":"UTC"}],"none":null},"name":"three"}]}
string(28) "overwritten while it is read"
bool(false)
int(3)
{"seen":[],"name":"four"}
{"seen":{"plain":["p"],"written by four":[["p"],{"timezone_type":3,"timezone":"UTC"}],"none":null},"name":"four"}
