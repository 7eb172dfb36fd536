--TEST--
Redis: values of every type come back as they were, under any key
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-values-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$every_byte = implode('', array_map('chr', range(0, 255)));
$values = ['null' => null, 'true' => true, 'false' => false, 'int' => 42, 'negative' => -42, 'max' => PHP_INT_MAX,
    'min' => PHP_INT_MIN, 'double' => 0.1 + 0.2, 'negative zero' => -0.0, 'inf' => INF, 'nan' => NAN, 'empty' => '',
    'digits' => '42', 'bytes' => $every_byte, 'line ends' => "\r\n$-1\r\n", '3 MB' => random_bytes(3 << 20),
    'array' => ['a' => [1, [2.5, null]], 7 => $every_byte], 'object' => new ArrayObject([1, (object) ['x' => 1]])];
$long = random_bytes(65536);
$keys = ['a b', "a\r\n*1\r\n", "a\0b", "a\0c", "\0", 'äöü', '{tag}a', '{}', $long, substr($long, 0, -1),
    ($long[0] ^ "\1") . substr($long, 1)];
foreach ($values as $name => $value) {
    expect_same(true, $cache->set("value $name", $value), "set() of $name");
}
expect_same(true, $cache->setMultiple((function () use ($keys) {
    foreach ($keys as $i => $key) {
        yield $key => "value $i";
    }
})()), 'setMultiple()');
foreach ($values as $name => $value) {
    $found = $cache->fetch("value $name");
    expect_same($value, $found->value, $name);
    expect_same('hit redis', strtok(told($found), ':'), $name);
    expect_same(getenv('STRATA_TEST_REDIS'), $found->node, $name);
}
foreach ($keys as $i => $key) {
    expect_same("value $i", $cache->get($key), "key $i");
}
expect_same(array_map(fn ($i) => "value $i", array_keys($keys)), array_values($cache->getMultiple($keys)), 'getMultiple()');
$cache->deleteMultiple(["a\0b", $long]);
var_dump($cache->has("a\0b"), $cache->has("a\0c"), $cache->has($long), $cache->has(substr($long, 0, -1)));
echo told($cache->fetch('none')), "\n";
?>
--EXPECT--
bool(false)
bool(true)
bool(false)
bool(true)
miss redis
