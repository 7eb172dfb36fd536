--TEST--
prefixes: every key that memcached and Redis are asked for is counted, and their sum is that of the tiers
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace="prefixes"
strata.local_ttl=0
strata.operation_timeout=5s
strata.connect_timeout=5s
strata.request_budget=0
--FILE--
<?php
$cache = new Strata\Cache();
$cache->clear();
$before = strata_status();
for ($i = 0; $i < 10; $i++) {
    $cache->set("user:$i:name", str_repeat('x', 100));
}
$cache->getMultiple(array_map(fn ($i) => "user:$i:name", range(0, 19)));
$cache->getMultiple(['user:1:name', 'post:1', 'post:2', 'plain']);
$cache->increment('count:1');
$cache->delete('user:1:name');
$cache->add('user:2:name', 1);
$cache->touch('user:2:name', 100);
$cache->remember('costly:1', 60, function () { usleep(2000); return 'value'; });
$cache->rememberMultiple(['costly:2', 'costly:3'], 60, function ($keys) { usleep(2000); return array_fill_keys($keys, 'value'); });
try {
    $cache->remember('failed:1', 60, fn () => throw new Exception());
} catch (Exception) {
}
$status = strata_status();
$sums = [];
array_multisort(array_column($status['prefixes'], 'prefix'), $status['prefixes']);
foreach ($status['prefixes'] as $row) {
    foreach ($row['tiers'] as $tier => $counts) {
        foreach ($counts as $name => $count) {
            $sums[$tier][$name] = ($sums[$tier][$name] ?? 0) + $count;
        }
    }
    if ($row['computations'] > 0) {
        printf("%s %d computed in %s\n", $row['prefix'], $row['computations'],
            $row['prefix'] === 'failed:' || $row['seconds_computed'] >= 0.004 ? 'time' : $row['seconds_computed']);
    }
    if ($row['prefix'] === 'user:1:') {
        echo json_encode(array_map(fn ($counts) => array_diff_key($counts, ['seconds' => 0]), $row['tiers'])), "\n";
    }
}
foreach (['memcached', 'redis'] as $tier) {
    $of_tier = $status['databases']['default'][$tier];
    $of_tier['hits'] -= $before['databases']['default'][$tier]['hits'] ?? 0;
    echo $tier, ' ', $sums[$tier]['hits'] === $of_tier['hits'] ? 'hits' : "{$sums[$tier]['hits']} {$of_tier['hits']}", ' ',
        $sums[$tier]['errors'], ' ', $sums[$tier]['seconds'] > 0 && $sums[$tier]['seconds'] < 60 ? 'time' : $sums[$tier]['seconds'], "\n";
}
?>
--EXPECT--
costly: 3 computed in time
failed: 1 computed in time
{"memcached":{"operations":5,"hits":1,"bytes_in":100,"bytes_out":100,"errors":0},"redis":{"operations":3,"hits":1,"bytes_in":100,"bytes_out":100,"errors":0}}
memcached hits 0 time
redis hits 0 time
