--TEST--
Strata\Cache and Strata\Result: no clone, no serialize(), no unserialize(), no `new` of a result, no dynamic property
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$result = $cache->fetch('none');
foreach ([
    'clone a cache' => fn () => clone $cache,
    'serialize a cache' => fn () => serialize($cache),
    'unserialize a cache' => fn () => unserialize('O:12:"Strata\Cache":0:{}'),
    'serialize a result' => fn () => serialize($result),
    'unserialize a result' => fn () => unserialize('O:13:"Strata\Result":0:{}'),
    'new result' => fn () => new Strata\Result(),
    'property of a cache' => fn () => $cache->other = 1,
    'property of a result' => fn () => $result->other = 1,
] as $what => $act) {
    echo "$what: ", thrown($act), "\n";
}
$twin = clone $result;
var_dump($twin == $result);
echo thrown(fn () => (new ReflectionClass('Strata\Result'))->newInstanceWithoutConstructor()), "\n";
$bare = (new ReflectionClass('Strata\Cache'))->newInstanceWithoutConstructor();
echo thrown(fn () => $bare->get('k')), "\n";
?>
--EXPECTF--
clone a cache: Error: Trying to clone an uncloneable object of class Strata\Cache
serialize a cache: Exception: Serialization of 'Strata\Cache' is not allowed
unserialize a cache: Exception: Unserialization of 'Strata\Cache' is not allowed
serialize a result: Exception: Serialization of 'Strata\Result' is not allowed
unserialize a result: Exception: Unserialization of 'Strata\Result' is not allowed
new result: Error: Call to private Strata\Result::__construct() from %s
property of a cache: Error: Cannot create dynamic property Strata\Cache::$other
property of a result: Error: Cannot create dynamic property Strata\Result::$other
bool(true)
ReflectionException: Class Strata\Result is an internal class marked as final that cannot be instantiated without invoking its constructor
Error: Strata\Cache must call parent::__construct() before it is used
