--TEST--
Redis Cluster: nodes that have no host name where host names are told, or that tell no host at all, are found
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_cluster.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_cluster.inc';
require __DIR__ . '/../../support/php.inc';

$cluster = new OwnCluster(3);
$ini = ['strata.redis' => 'redis-cluster://' . $cluster->nodes[0]->name(), 'strata.local_ttl' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '2s'];
$code = '
    $cache = new Strata\Cache();
    $values = array_combine(array_map(fn ($i) => "key-$i", range(1, 60)), range(1, 60));
    echo json_encode($cache->setMultiple($values)), " ", json_encode($cache->getMultiple(array_keys($values)) === $values), "\n";
    $nodes = strata_status()["nodes"];
    echo count($nodes), " nodes, ", array_sum(array_column($nodes, "redirects")), " redirects\n";
';
foreach (['hostname' => '?', 'unknown-endpoint' => ''] as $type => $host) {
    foreach ($cluster->nodes as $node) {
        if (redis($node->name(), 'CONFIG', 'SET', 'cluster-preferred-endpoint-type', $type) !== '+OK') {
            exit("the server knows no such type\n");
        }
    }
    echo "$type: ", php($ini, $code);
    /* A master that gave its slots away says where they are by the same word. */
    $key = 'moved' . $type;
    $slot = redis($cluster->nodes[0]->name(), 'CLUSTER', 'KEYSLOT', $key);
    foreach ($cluster->nodes as $node) {
        $said[] = preg_replace('/:\d+$/', '', (string) redis($node->name(), 'GET', $key));
    }
    echo implode(' ', array_unique(array_filter($said, fn ($line) => str_starts_with($line, '-MOVED')))) === "-MOVED $slot $host" ? "so is MOVED\n" : "MOVED is not\n";
    $said = [];
}
?>
--EXPECT--
hostname: true true
3 nodes, 0 redirects
so is MOVED
unknown-endpoint: true true
3 nodes, 0 redirects
so is MOVED
