--TEST--
Redis Cluster: a user needs three commands more, and without one of them fails what docs/operations.md says
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
require __DIR__ . '/../../support/hosts.inc';

const SAME = ['get', 'set', 'unlink', 'incrby', 'eval', 'ping', 'time', 'client|setname'];
const MORE = ['cluster|slots', 'readonly', 'asking'];

$cluster = new OwnCluster(2, true);
$masters = array_slice($cluster->nodes, 0, 2);
$replicas = array_map(fn ($node) => $node->name(), array_slice($cluster->nodes, 2));

/** What this does while the slot of the key moves, and the other master has the key already. */
$while_moving = function (string $name, callable $act) use ($cluster, $masters): mixed {
    $slot = (string) redis($masters[0]->name(), 'CLUSTER', 'KEYSLOT', $name);
    $from = $cluster->ownerOf($name);
    $to = $from === $masters[0] ? $masters[1] : $masters[0];
    redis($to->name(), 'CLUSTER', 'SETSLOT', $slot, 'IMPORTING', $cluster->id($from));
    redis($from->name(), 'CLUSTER', 'SETSLOT', $slot, 'MIGRATING', $cluster->id($to));
    $answer = $act();
    array_map(fn ($node) => redis($node->name(), 'CLUSTER', 'SETSLOT', $slot, 'STABLE'), $masters);
    return $answer;
};
$number = 0;
/** What does not work for a user with these commands. */
$lacks = function (array $commands) use ($cluster, $replicas, $while_moving, &$number): string {
    $user = 'u' . ++$number;
    foreach ($cluster->nodes as $node) {
        redis($node->name(), 'ACL', 'SETUSER', $user, 'on', '>pw', "~$user:*", '-@all', ...array_map(fn ($command) => "+$command", $commands));
    }
    $ini = ['strata.redis' => str_replace('//', "//$user:pw@", $cluster->dsn()), 'strata.namespace' => $user, 'strata.replica_reads' => 'any'];
    $host = new Host($ini);
    $works['keys'] = $host->ask('$cache->set("a", 1) && $cache->clear() && $cache->set("a", 2) && $cache->delete("a")');
    $nodes = $host->ask('array_map(fn ($i) => ($seen = $cache->fetch("key $i"))->status === Strata\Status::Miss ? $seen->node : "", range(1, 40))');
    $works['reads by replicas'] = array_intersect($replicas, is_array($nodes) ? $nodes : []) !== [];
    $generation = redis($cluster->ownerOf("$user:default:generation:{1e}")->name(), 'GET', "$user:default:generation:{1e}");
    $works['keys whose slot is moving'] = $while_moving("$user:default:$generation:m", fn () => $host->ask('$cache->set("m", 1)'));
    return implode(', ', array_keys(array_filter($works, fn ($answer) => $answer !== true)));
};
echo 'with all of them: ', $lacks([...SAME, ...MORE]) ?: 'everything works', "\n";
foreach (MORE as $command) {
    echo strtoupper($command), ': ', $lacks([...SAME, ...array_diff(MORE, [$command])]), "\n";
}
?>
--EXPECT--
with all of them: everything works
CLUSTER|SLOTS: keys, reads by replicas, keys whose slot is moving
READONLY: reads by replicas
ASKING: keys whose slot is moving
