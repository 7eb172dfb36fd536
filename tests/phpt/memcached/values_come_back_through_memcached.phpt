--TEST--
memcached: values of every type come back as they were, from the server that the key belongs to
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-values-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$every_byte = implode('', array_map('chr', range(0, 255)));
$values = ['null' => null, 'true' => true, 'false' => false, 'int' => 42, 'negative' => -42, 'max' => PHP_INT_MAX,
    'min' => PHP_INT_MIN, 'double' => 0.1 + 0.2, 'negative zero' => -0.0, 'inf' => INF, 'nan' => NAN, 'empty' => '',
    'digits' => '42', 'bytes' => $every_byte, 'line ends' => "\r\nEN\r\n", '900 KB' => random_bytes(900 * 1024),
    'array' => ['a' => [1, [2.5, null]], 7 => $every_byte], 'object' => new ArrayObject([1, (object) ['x' => 1]]),
    'date' => new DateTimeImmutable('2024-02-29', new DateTimeZone('UTC'))];
foreach ($values as $name => $value) {
    expect_same(true, $cache->set("value $name", $value), "set() of $name");
}
$nodes = [];
foreach ($values as $name => $value) {
    $found = $cache->fetch("value $name");
    expect_same($value, $found->value, $name);
    expect_same('hit memcached', strtok(told($found), ':'), $name);
    $nodes[$found->node] = true;
}
expect_same($values['array'], $cache->getMultiple(['none', 'value array'])['value array'], 'getMultiple()');
$nodes = array_keys($nodes);
sort($nodes);
var_dump($nodes === servers_of('STRATA_TEST_MEMCACHED'));

$cache->delete('value array');
echo told($cache->fetch('value array')), "\n";
var_dump($cache->delete('value array'), $cache->has('value bytes'), $cache->has('value array'));
?>
--EXPECT--
bool(true)
miss memcached
bool(true)
bool(true)
bool(false)
