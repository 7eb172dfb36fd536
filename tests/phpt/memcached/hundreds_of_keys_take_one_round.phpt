--TEST--
memcached: getMultiple() and setMultiple() of hundreds of keys on two servers, in order, over one connection each
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-many-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memory=0
--FILE--
<?php
$cache = new Strata\Cache();
$pairs = [];
foreach (range(1, 600) as $i) {
    $pairs["key $i"] = $i % 3 === 0 ? $i : [$i, str_repeat(chr($i % 256), $i * 3)];
}
var_dump($cache->setMultiple($pairs));
$keys = [];
foreach (array_keys($pairs) as $i => $key) {
    $keys[] = $key;
    $i % 5 === 0 && $keys[] = "none $i";
}
mt_srand(7);
shuffle($keys);
$read = $cache->getMultiple($keys, 'default');
var_dump(array_keys($read) === $keys);
$wrong = 0;
foreach ($read as $key => $value) {
    $wrong += $value !== ($pairs[$key] ?? 'default');
}
var_dump($wrong, $cache->deleteMultiple(array_slice($keys, 0, 360)));
var_dump(count(array_filter($cache->getMultiple($keys), fn ($value) => $value !== null)) < 600);
$status = strata_status();
foreach ($status['nodes'] as $node) {
    var_dump($node['connects'], $node['operations'] > 200);
}
var_dump(count($status['nodes']), $status['databases']['default']['memcached']['sets']);
?>
--EXPECT--
bool(true)
bool(true)
int(0)
bool(true)
bool(true)
int(1)
bool(true)
int(1)
bool(true)
int(2)
int(600)
