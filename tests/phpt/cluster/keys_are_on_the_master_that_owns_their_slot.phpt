--TEST--
Redis Cluster: keys are on the master that owns their slot, and those with one hash tag on one
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_cluster(); ?>
--INI--
strata.redis="${STRATA_TEST_CLUSTER_DSN}"
strata.namespace=slots-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$at = [];
foreach (range(1, 160) as $i) {
    $word = md5($i);
    $key = ["key $word", "{user:7}:$word", "a{}b$word", "bin\0\r\n$word"][$i % 4];
    expect_same(true, $cache->set($key, "value $i"), "set() of $key");
    $found = $cache->fetch($key);
    expect_same("value $i", $found->value, $key);
    $there = redis($found->node, 'GET', remote_key($key));
    str_ends_with($there, "value $i") || print("$key is not at $found->node: $there\n");
    $at[$i % 4][$found->node] = true;
}
echo json_encode(array_map('count', [$at[0], $at[1], $at[2], $at[3]])), "\n";
$masters = array_keys($at[0]);
sort($masters);
var_dump($masters === servers_of('STRATA_TEST_CLUSTER'));
$nodes = strata_status()['nodes'];
var_dump(array_sum(array_column($nodes, 'redirects')), array_merge(...array_values(array_column($nodes, 'reasons'))));
?>
--EXPECT--
[3,1,3,3]
bool(true)
int(0)
array(0) {
}
