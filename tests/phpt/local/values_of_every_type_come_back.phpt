--TEST--
Strata\Cache: get() returns what set() was given, of every type that is not an object
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$every_byte = implode('', array_map('chr', range(0, 255)));
$shared = [1];
$values = [
    'null' => null,
    'true' => true,
    'false' => false,
    'zero' => 0,
    'largest integer' => PHP_INT_MAX,
    'smallest integer' => PHP_INT_MIN,
    'double' => 1.1,
    'whole double' => 3.0,
    'negative zero' => -0.0,
    'smallest double' => PHP_FLOAT_MIN,
    'double that decimals do not reach' => 0.1 + 0.2,
    'infinity' => INF,
    'negative infinity' => -INF,
    'not a number' => NAN,
    'empty string' => '',
    'digits' => '42',
    'every byte' => $every_byte,
    'serialized text' => serialize(['text']),
    'a million bytes' => str_repeat($every_byte, 4096),
    'empty array' => [],
    'list' => ['a', 1, null, 2.5, false],
    'map' => ['b' => 1, 'a' => 2, '7' => 3, -1 => 4, '' => 5, "nul\0key" => 6],
    'list with holes' => [5 => 'a', 3 => 'b'],
    'array in arrays' => [[[['deep' => [1, [2, [3]]]]]], $shared, $shared],
    'ten thousand rows' => array_map(fn ($i) => ['id' => $i, 'name' => "row $i"], range(1, 10000)),
];
$cache = new Strata\Cache();
foreach ($values as $name => $value) {
    expect_same(true, $cache->set("value $name", $value), "set() of $name");
}
foreach ($values as $name => $value) {
    expect_same($value, $cache->get("value $name", 'not there'), $name);
    expect_same('hit local', strtok(told($cache->fetch("value $name")), ':'), "fetch() of $name");
}
echo var_export($cache->get('value negative zero'), true), "\n";
?>
--EXPECT--
-0.0
