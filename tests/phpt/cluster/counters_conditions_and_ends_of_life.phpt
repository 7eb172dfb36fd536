--TEST--
Redis Cluster: counters, add(), replace(), touch() and ends of life work on every master
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_cluster(); ?>
--INI--
strata.redis="${STRATA_TEST_CLUSTER_DSN}"
strata.namespace=cluster-modes-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$near = fn ($ttl, $wanted) => $ttl <= $wanted && $ttl > $wanted - 30;
$nodes = [];
foreach (range(1, 40) as $i) {
    $key = 'key ' . md5($i);
    expect_same(false, $cache->replace($key, 1), 'replace() of nothing');
    expect_same(true, $cache->add($key, [1], 100), 'add() to nothing');
    expect_same(false, $cache->add($key, 2), 'add() to something');
    expect_same(true, $cache->replace($key, [3], 200), 'replace() of something');
    expect_same(true, $cache->touch($key, 500), 'touch()');
    $found = $cache->fetch($key);
    expect_same([3], $found->value, 'value');
    expect_same(true, $near($found->ttl, 500) && $near(cluster('PTTL', remote_key($key)) / 1000, 500), 'its end');
    $nodes[$found->node] = true;
    expect_same(41, $cache->increment("count $i", 1, 40, 300), 'first increment()');
    expect_same(31, $cache->decrement("count $i", 10, 40, 900), 'second');
    expect_same(true, $near(cluster('PTTL', remote_key("count $i")) / 1000, 300), 'end of the counter');
    expect_same('31', cluster('GET', remote_key("count $i")), 'the counter itself');
    expect_same(1, $cache->increment("plain $i"), 'plain increment()');
    expect_same('Strata\SerializationException', strtok(thrown(fn () => $cache->increment($key)), ':'), 'no integer');
}
var_dump(count($nodes), $cache->deleteMultiple([$key, 'count 1', 'count 2']), $cache->has($key), $cache->has('count 3'));
var_dump($cache->clear(), $cache->getMultiple(['count 4', 'count 5']), $cache->increment('count 4'));
?>
--EXPECT--
int(3)
bool(true)
bool(false)
bool(true)
bool(true)
array(2) {
  ["count 4"]=>
  NULL
  ["count 5"]=>
  NULL
}
int(1)
