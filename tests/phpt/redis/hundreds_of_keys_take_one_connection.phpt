--TEST--
Redis: getMultiple() and setMultiple() of hundreds of keys, in order, over one connection
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-many-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memory=0
--FILE--
<?php
$cache = new Strata\Cache();
$pairs = [];
foreach (range(1, 600) as $i) {
    $pairs["key $i"] = $i % 3 === 0 ? $i : [$i, str_repeat(chr($i % 256), $i * 10)];
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
var_dump($wrong, $cache->deleteMultiple($keys), array_unique($cache->getMultiple($keys)) === [$keys[0] => null]);
$node = strata_status()['nodes'][getenv('STRATA_TEST_REDIS')];
var_dump($node['connects'], $node['auths'], $node['reasons'], $node['operations'] >= 600 * 3 + 120 * 3);
?>
--EXPECT--
bool(true)
bool(true)
int(0)
bool(true)
bool(true)
int(1)
int(1)
array(0) {
}
bool(true)
