--TEST--
strata_check(): of a cluster every master and replica is looked at, and a cluster that is down is told
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
require __DIR__ . '/../../support/check.inc';

$cluster = new OwnCluster(2, true);
$names = [];
foreach ($cluster->nodes as $number => $node) {
    $names[$node->name()] = ($number < 2 ? 'MASTER' : 'REPLICA') . $number % 2;
    redis($node->name(), 'CONFIG', 'SET', 'maxmemory', '100mb');
    redis($node->name(), 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
}
$ini = ['strata.redis' => 'redis-cluster://' . $cluster->nodes[0]->name() . ',' . $cluster->nodes[1]->name()];
$print = function (array $checked) use ($names) {
    $lines = [];
    foreach ($checked['databases']['default'] as $name => $node) {
        $lines[] = strtr($name, $names) . ': ' . ($node['reached'] ? "$node[role] $node[mode] $node[cluster_state] $node[slots]" : $node['reason']) . ' ' . implode(' ', $node['forbidden']);
    }
    sort($lines);
    echo implode("\n", $lines), "\n";
    print_findings($checked, $names);
};
$print(checked($ini));
echo "-- a user with few rights\n";
foreach ($cluster->nodes as $node) {
    redis($node->name(), 'ACL', 'SETUSER', 'few', 'on', '>pw', '~*', '+@all', '-asking', '-readonly');
}
print_findings(checked(['strata.redis' => str_replace('//', '//few:pw@', $ini['strata.redis'])]), $names);
echo "-- slots without a master\n";
foreach ($cluster->nodes as $number => $node) {
    redis($node->name(), 'CLUSTER', 'DELSLOTS', $number === 0 || $number === 2 ? '0' : '0');
}
print_findings(checked($ini), $names);
?>
--EXPECT--
MASTER0: master cluster ok 16384 
MASTER1: master cluster ok 16384 
REPLICA0: replica cluster ok 16384 
REPLICA1: replica cluster ok 16384 
nothing
-- a user with few rights
error default MASTER0: the user "few" may not use READONLY, ASKING: ACL SETUSER few +readonly +asking
error default MASTER1: the user "few" may not use READONLY, ASKING: ACL SETUSER few +readonly +asking
error default REPLICA0: redis REPLICA0: greeting: the server did not accept READONLY: let ACL SETUSER give the user +readonly
error default REPLICA1: redis REPLICA1: greeting: the server did not accept READONLY: let ACL SETUSER give the user +readonly
-- slots without a master
error default MASTER0: it says that its cluster is down, with 16383 of 16384 slots served: look at CLUSTER NODES and redis-cli --cluster check
error default MASTER1: it says that its cluster is down, with 16383 of 16384 slots served: look at CLUSTER NODES and redis-cli --cluster check
error default REPLICA0: it says that its cluster is down, with 16383 of 16384 slots served: look at CLUSTER NODES and redis-cli --cluster check
error default REPLICA1: it says that its cluster is down, with 16383 of 16384 slots served: look at CLUSTER NODES and redis-cli --cluster check
