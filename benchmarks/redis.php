<?php

/*
 * The Redis tier against phpredis and a bare loop in C: one server, and a cluster of three masters; on this machine, and
 * over a link that adds a millisecond to every round trip. local_ttl is 0: every get goes to a server.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';
require __DIR__ . '/bare.inc';
require __DIR__ . '/../tests/support/troubled_cluster.inc';
require __DIR__ . '/../tests/support/fault_proxy.inc';
require __DIR__ . '/../tests/support/php.inc';

/*
 * The servers come first: their names are directives of the PHP that is measured, which gets the core to itself that is
 * said. redis.php WANTED CORE SO EXTENSIONS...
 */
if (!extension_loaded('strata')) {
    [, $wanted, $core, $so] = $argv;
    $peers = array_merge(...array_map(fn ($name) => ['-d', "extension=$name"], array_slice($argv, 4)));
    $measure = function (string $dsn, string $where, array $ports) use ($core, $so, $peers): void {
        $ini = ['extension' => $so, 'strata.redis' => $dsn, 'strata.local_ttl' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '5s',
            'opcache.enable_cli' => '0'];
        $command = ['taskset', '-c', $core, PHP_BINARY, '-n', ...$peers, ...directives($ini), __FILE__, $where, ...array_map(strval(...), $ports)];
        proc_close(proc_open($command, [], $pipes));
    };
    if ($wanted !== 'cluster') {
        $server = new OwnServer('redis', arguments: ['--requirepass', TroubledCluster::PASSWORD]);
        $dsn = fn (int $port) => 'redis://:' . TroubledCluster::PASSWORD . "@127.0.0.1:$port";
        $measure($dsn($server->port), 'loopback', [$server->port]);
        $link = new FaultProxy($server);
        $link->arm('delay', 1);
        $port = (int) substr(strrchr($link->name(), ':'), 1);
        $measure($dsn($port), 'a link of 1 ms', [$port]);
    }
    $cluster = new TroubledCluster(15_000);
    $measure($cluster->dsn(3), 'loopback', array_slice($cluster->ports, 0, 3));
    $links = array_map(fn ($node) => new FaultProxy($cluster->node($node)), [0, 1, 2]);
    $ports = array_map(fn ($link) => (int) substr(strrchr($link->name(), ':'), 1), $links);
    $cluster->announce($ports);
    array_map(fn ($link) => $link->arm('delay', 1), $links);
    $measure('redis-cluster://:' . TroubledCluster::PASSWORD . '@' . implode(',', array_map(fn ($link) => $link->name(), $links)), 'a link of 1 ms', $ports);
    exit(0);
}

$where = $argv[1];
$ports = array_map(intval(...), array_slice($argv, 2));
$is_cluster = count($ports) > 1;
$is_far = $where !== 'loopback';
$bare = new Bare(TroubledCluster::PASSWORD, $ports);

$phpredis = null;
if (!class_exists('Redis')) {
    echo "phpredis is not loaded: only the bare loop is compared\n";
} elseif ($is_cluster) {
    $phpredis = new RedisCluster(null, array_map(fn ($port) => "127.0.0.1:$port", $ports), 5, 5, true, TroubledCluster::PASSWORD);
} else {
    $phpredis = new Redis();
    $phpredis->connect('127.0.0.1', $ports[0]);
    $phpredis->auth(TroubledCluster::PASSWORD);
}

/**
 * One line for each peer. A round is so many calls of each of them, one after the other, so that a machine that gets
 * slower gets slower for all.
 */
function side_by_side(string $work, int $count, callable $ours, ?callable $phpredis, callable $bare, ?string $goal, null|float|string $bare_goal): void
{
    $calls = array_filter(['strata' => fn ($n) => round_of($ours, $n), 'phpredis' => $phpredis ? fn ($n) => round_of($phpredis, $n) : null, 'bare loop in C' => $bare]);
    $times = [];
    for ($round = -1; $round < ROUNDS; $round++) {
        foreach ($calls as $name => $call) {
            $times[$name][$round] = $call($count);
        }
    }
    $times = array_map(fn ($rounds) => array_slice($rounds, 1), $times);
    foreach (['phpredis' => $goal, 'bare loop in C' => $bare_goal] as $peer => $of_peer) {
        if (isset($times[$peer])) {
            line_of_rounds("$work, $peer", $times['strata'], $times[$peer], $of_peer);
        }
    }
}

$cache = new Strata\Cache();
$value = str_repeat('v', 100);
$keys = array_map(fn ($i) => "bench:$i", range(1, 100));
while (!$cache->setMultiple(array_fill_keys($keys, $value))) {
    usleep(1000);
}
foreach ($keys as $key) {
    $phpredis?->set($key, $value);
}

/* The loop sends the commands that strata sends. */
$remote = $bare->names($keys);
$get = fn (string $key) => redis_bytes('GET', $remote[$key]);

heading(($is_cluster ? 'Redis Cluster, 3 masters' : 'Redis, one server') . ", 100-byte values, $where" . place(), 'peer');
[$kind, $in_place] = [$is_cluster ? 'cluster' : 'redis', place_id()];
[$figure, $link] = $is_far ? [null, "link.$kind$in_place"] : ["$kind.get$in_place", 1.15];
side_by_side('get', $is_far ? 15 : sample_of(500), fn () => $cache->get('bench:1'), $phpredis ? fn () => $phpredis->get('bench:1') : null,
    $bare->ask($get('bench:1')), $figure, $link);
is_noting() || side_by_side('set', $is_far ? 15 : 500, fn () => $cache->set('bench:1', $value), $phpredis ? fn () => $phpredis->set('bench:1', $value) : null,
    $bare->ask(redis_bytes('SET', 'bare:1', $value)), null, null);
$is_far && is_noting() && !$is_cluster || side_by_side('get 100 keys', $is_far ? 1 : 15, fn () => $cache->getMultiple($keys), $phpredis ? fn () => $phpredis->mGet($keys) : null,
    $bare->ask(...array_map($get, $keys)), $is_cluster ? ($is_far ? 'cluster.many_far' : 'cluster.many') . $in_place : null, null);
