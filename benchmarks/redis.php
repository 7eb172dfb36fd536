<?php

/* The Redis tier against phpredis: a cluster of three masters, or one server. */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

if (!class_exists('Redis')) {
    echo "redis: skipped, phpredis is not loaded\n";
    exit(0);
}

/* local_ttl is 0 in this run: every get goes to the server. */
$is_cluster = str_starts_with(ini_get('strata.redis'), 'redis-cluster:');
if ($is_cluster) {
    $peer = new RedisCluster(null, explode(',', getenv('STRATA_TEST_CLUSTER')), 1, 1, true);
} else {
    [$host, $port] = explode(':', getenv('STRATA_TEST_REDIS'));
    $peer = new Redis();
    $peer->connect($host, (int) $port);
    $peer->auth(getenv('STRATA_TEST_REDIS_PASSWORD'));
}

$cache = new Strata\Cache();
$value = str_repeat('v', 100);
$keys = array_map(fn($i) => "bench:$i", range(1, 100));
$cache->setMultiple(array_fill_keys($keys, $value));
foreach ($keys as $key) {
    $peer->set($key, $value);
}

heading($is_cluster ? 'Redis Cluster, 3 masters, 100-byte values' : 'Redis, one server, 100-byte values', 'phpredis');
compare('get', fn() => $cache->get('bench:1'), fn() => $peer->get('bench:1'), 3_000, 1.0);
compare('set', fn() => $cache->set('bench:1', $value), fn() => $peer->set('bench:1', $value), 3_000);
compare('get 100 keys', fn() => $cache->getMultiple($keys), fn() => $peer->mGet($keys), 100, $is_cluster ? 0.05 : null);
