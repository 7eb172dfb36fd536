--TEST--
strata.replica_reads: replicas answer plain gets where that is allowed, all else goes to the master, and a dead master is stood in for
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

$cluster = new OwnCluster(3, withReplicas: true);
$ini = ['strata.redis' => $cluster->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0',
    'strata.connect_timeout' => '5s', 'strata.connect_rate' => '10000', 'strata.databases' => 'sessions'];
$owner = $cluster->ownerOf('some');
$replica = $cluster->nodes[array_search($owner, $cluster->nodes, true) + 3];
php($ini, '$cache = new Strata\Cache(); $cache->set("{some}", 7); (new Strata\Cache("sessions"))->set("{some}", 8);');

$reads = function (string $policy, string $database, bool $writes) use ($ini, $owner, $replica) {
    $cluster = fn () => [OwnCluster::callsOf($owner, 'get'), OwnCluster::callsOf($replica, 'get')];
    $before = $cluster();
    $told = trim(php(['strata.replica_reads' => $policy] + $ini, '
        $cache = new Strata\Cache("' . $database . '");
        $cache->get("warm");
        ' . ($writes ? '$cache->increment("{some}", 0);' : '') . '
        for ($i = 0; $i < 20; $i++) {
            $got[] = $cache->get("{some}");
        }
        echo implode(" ", array_unique($got));
    '));
    $after = $cluster();
    $of = fn ($i) => $after[$i] - $before[$i] >= 20 ? 'all' : ($after[$i] - $before[$i] >= 8 ? 'some' : 'none');
    echo "$policy", $writes ? ' after a write' : '', $database === 'default' ? '' : " in $database", ": $told, master {$of(0)}, replica {$of(1)}\n";
};
$reads('off', 'default', false);
$reads('prefer', 'default', false);
$reads('any', 'default', false);
$reads('on_error', 'default', false);
$reads('prefer', 'default', true);
$reads('prefer', 'sessions', false);
echo OwnCluster::errorsOf($replica, 'MOVED'), " reads were sent back by the replica\n";

/* Where nobody has replicas stand in, the keys of a dead master are lost until the next one is elected. */
$pid = $owner->pid();
echo php(['strata.replica_reads' => 'on_error'] + $ini, '
    $cache = new Strata\Cache();
    echo $cache->get("{some}"), " of the master\n";
    exec("kill -9 ' . $pid . '");
    $found = $cache->fetch("{some}");
    echo $found->value, $found->node === "' . $replica->name() . '" ? " of the replica" : " of $found->node", "\n";
    for ($i = 0; $i < 1500 && !$cache->set("{some}", 9); $i++) {
        usleep(10000);
    }
    $found = $cache->fetch("{some}");
    echo $found->value, $found->node === "' . $replica->name() . '" ? " of the new master" : " of $found->node", "\n";
');
?>
--EXPECT--
off: 7, master all, replica none
prefer: 7, master none, replica all
any: 7, master some, replica some
on_error: 7, master all, replica none
prefer after a write: 7, master all, replica none
prefer in sessions: 8, master all, replica none
0 reads were sent back by the replica
7 of the master
7 of the replica
9 of the new master
