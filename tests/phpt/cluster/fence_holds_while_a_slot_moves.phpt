--TEST--
Redis Cluster: what remember() computes while the slot of its key moves is stored over its fence, and never over a delete
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

$cluster = new OwnCluster(2);
[$one, $two] = $cluster->nodes;
$hosts = [new Host(['strata.redis' => $cluster->dsn()]), new Host(['strata.redis' => $cluster->dsn()])];
$hosts[0]->ask('$cache->set("first", 1)');
$generation = redis($cluster->ownerOf('default:generation:{1e}')->name(), 'GET', 'default:generation:{1e}');
$name = "default:$generation:k";
$slot = (string) redis($one->name(), 'CLUSTER', 'KEYSLOT', $name);
$from = $cluster->ownerOf($name);
$to = $from === $one ? $two : $one;

$open = function () use ($cluster, $from, $to, $slot) {
    redis($to->name(), 'CLUSTER', 'SETSLOT', $slot, 'IMPORTING', $cluster->id($from));
    redis($from->name(), 'CLUSTER', 'SETSLOT', $slot, 'MIGRATING', $cluster->id($to));
};
$close = function () use ($cluster, $slot, $name) {
    foreach ($cluster->nodes as $node) {
        redis($node->name(), 'CLUSTER', 'SETSLOT', $slot, 'STABLE');
        redis($node->name(), 'ASKING');
        redis($node->name(), 'UNLINK', $name);
    }
};
$migrate = fn () => redis($from->name(), 'MIGRATE', '127.0.0.1', (string) $to->port, '', '0', '5000', 'KEYS', $name);
$where = function () use ($from, $to, $slot): string {
    $has = fn ($node) => redis($node->name(), 'CLUSTER', 'COUNTKEYSINSLOT', $slot);
    return "{$has($from)} where it was, {$has($to)} where it goes";
};
$forget = function () use ($hosts, $close) {
    $hosts[0]->ask('$cache->delete("k")');
    $close();
};

/** Both miss at once; in the middle of the computation this happens. */
$remember = function (string $what, callable $meanwhile) use ($hosts, $where, $forget) {
    $code = '[$cache->remember("k", 60, function () { usleep(400000); return "computed"; }),'
        . ' array_sum(array_column(strata_status()["databases"]["default"], "computations"))]';
    $before = array_map(fn ($host) => $host->ask('array_sum(array_column(strata_status()["databases"]["default"], "computations"))'), $hosts);
    array_map(fn ($host) => $host->begin($code), $hosts);
    usleep(200000);
    $meanwhile();
    $answers = array_map(fn ($host) => $host->end(), $hosts);
    $computed = array_sum(array_column($answers, 1)) - array_sum($before);
    /* Only now: the host that computes anew is the slower one. */
    $kept = $hosts[1]->ask('$cache->fetch("k")->value');
    echo "$what: ", implode(' ', array_map(fn ($answer) => var_export($answer[0], true), $answers)), ', kept ',
        var_export($kept, true), ", computed $computed, {$where()}\n";
    $forget();
};

function expect(mixed $answer): void
{
    $answer === true || print('not deleted: ' . var_export($answer, true) . "\n");
}

$open();
$remember('the slot is on its way', fn () => null);
$remember('it begins to move', $open);
$remember('and the placeholder moves', function () use ($open, $migrate) {
    $open();
    $migrate();
});
$open();
$third = new Host(['strata.redis' => $cluster->dsn()]);
$remember('deleted meanwhile', fn () => expect($third->ask('$cache->delete("k")')));
foreach ($cluster->nodes as $node) {
    echo OwnCluster::errorsOf($node, 'TRYAGAIN');
}
echo "\n";
?>
--EXPECT--
the slot is on its way: 'computed' 'computed', kept 'computed', computed 1, 0 where it was, 1 where it goes
it begins to move: 'computed' 'computed', kept 'computed', computed 1, 1 where it was, 0 where it goes
and the placeholder moves: 'computed' 'computed', kept 'computed', computed 1, 0 where it was, 1 where it goes
deleted meanwhile: 'computed' 'computed', kept 'computed', computed 2, 0 where it was, 1 where it goes
00
