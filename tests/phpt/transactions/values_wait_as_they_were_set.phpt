--TEST--
transactions: a value waits as it was when it was set, what cannot be stored throws there, and its life begins at commit()
--INI--
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$object = new ArrayObject(['as it was']);
$text = 'as it was';
$cache->begin();
$cache->set('object', $object, 1000);
$cache->set('array', ['deep' => [&$text]]);
$object[0] = 'changed';
$text = 'changed';
$read = $cache->get('object');
$read[0] = 'changed, too';
var_dump($cache->get('object')[0], $cache->get('array')['deep'][0]);
echo thrown(fn () => $cache->set('closure', fn () => 1)), "\n";
echo thrown(fn () => $cache->setMultiple(['before' => 1, 'closure' => fn () => 1])), "\n";
var_dump($cache->has('before'));
$waits = $cache->fetch('object');
var_dump($waits->ttl > 999, $waits->age < 100);
usleep(1_200_000);
$cache->commit();
$committed = $cache->fetch('object');
var_dump($committed->ttl > 999, $committed->value[0], $cache->get('array')['deep'][0]);

echo "a value may write while it is made\n";
class Writes
{
    public function __unserialize(array $data): void
    {
        (new Strata\Cache())->set('itself', 'written meanwhile');
    }
    public function __serialize(): array
    {
        return [str_repeat('x', 1000)];
    }
}
$cache->begin();
$cache->set('itself', new Writes());
var_dump(get_debug_type($cache->get('itself')), $cache->get('itself'));
$cache->rollback();

class Ends
{
    public function __unserialize(array $data): void
    {
        (new Strata\Cache())->rollback();
    }
    public function __serialize(): array
    {
        return ['x'];
    }
}
$cache->begin();
$cache->set('a', new Ends());
$cache->set('b', [1]);
var_dump(array_map('get_debug_type', $cache->getMultiple(['a', 'b'])), $cache->get('b'));
?>
--EXPECT--
string(9) "as it was"
string(9) "as it was"
Strata\SerializationException: key "closure": a value of type Closure cannot be stored
Strata\SerializationException: key "closure": a value of type Closure cannot be stored
bool(false)
bool(true)
bool(true)
bool(true)
string(9) "as it was"
string(9) "as it was"
a value may write while it is made
string(6) "Writes"
string(17) "written meanwhile"
array(2) {
  ["a"]=>
  string(4) "Ends"
  ["b"]=>
  string(5) "array"
}
NULL
