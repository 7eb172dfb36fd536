--TEST--
Redis Cluster: getMultiple() and setMultiple() of 300 keys over 3 masters, in order, over one connection each
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_cluster(); ?>
--INI--
strata.redis="${STRATA_TEST_CLUSTER_DSN}"
strata.namespace=cluster-many-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memory=0
--FILE--
<?php
$cache = new Strata\Cache();
$pairs = [];
foreach (range(1, 300) as $i) {
    $pairs["key $i"] = $i % 3 === 0 ? $i : [$i, str_repeat(chr($i % 256), $i * 30)];
}
var_dump($cache->setMultiple($pairs, 600));
$keys = [];
foreach (array_keys($pairs) as $i => $key) {
    $keys[] = $key;
    $i % 5 === 0 && $keys[] = "none $i";
}
mt_srand(3);
for ($round = 0; $round < 5; $round++) {
    shuffle($keys);
    $read = $cache->getMultiple($keys, 'default');
    $wrong = array_keys($read) === $keys ? 0 : 1;
    foreach ($read as $key => $value) {
        $wrong += $value !== ($pairs[$key] ?? 'default');
    }
    $wrong && print("round $round: $wrong wrong\n");
}
var_dump($cache->deleteMultiple(array_slice($keys, 0, 100)));
$left = array_filter($cache->getMultiple($keys));
var_dump(array_keys($left) === array_values(array_filter(array_slice($keys, 100), fn ($key) => isset($pairs[$key]))));
foreach (strata_status()['nodes'] as $node) {
    echo $node['connects'], ' ', $node['redirects'], ' ', $node['operations'] > 300 ? 'many' : $node['operations'], "\n";
}
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
1 0 many
1 0 many
1 0 many
