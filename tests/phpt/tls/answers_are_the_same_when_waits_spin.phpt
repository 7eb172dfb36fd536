--TEST--
strata.spin: values, misses, many keys and counters are the same however waits are made, in the clear and by TLS
--SKIPIF--
<?php
require __DIR__ . '/../../support/tls.inc';
skip_without_tls();
skip_without_memcached();
skip_without_redis();
skip_without_cluster();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/tls.inc';

$code = '
    $cache = new Strata\Cache();
    for ($round = 0; $round < 20; $round++) {
        $value = [$round, str_repeat(chr(65 + $round), $round * 3000)];
        expect_same(true, $cache->set("key", $value), "set()");
        expect_same($value, $cache->get("key"), "get()");
        expect_same($round + 1, $cache->increment("count"), "increment()");
    }
    $pairs = [];
    foreach (range(1, 100) as $i) {
        $pairs["key $i"] = [$i, str_repeat(chr($i), $i * 300)];
    }
    expect_same(true, $cache->setMultiple($pairs), "setMultiple()");
    expect_same($pairs, $cache->getMultiple(array_keys($pairs)), "getMultiple()");
    expect_same(null, $cache->get("none"), "a miss");
    expect_same(true, $cache->delete("key"), "delete()");
    expect_same(false, $cache->has("key"), "has()");
    $begun = $met = $desyncs = $closes = 0;
    foreach (strata_status()["nodes"] as $node) {
        $begun += $node["spins"]["begun"];
        $met += $node["spins"]["met"];
        $desyncs += $node["desyncs"];
        $closes += $node["closes"];
    }
    echo $begun > 0 ? "spun" : "slept", $met > $begun ? " too often" : "", ", $desyncs desyncs, $closes closes\n";
';
$clear = [
    'memcached' => getenv('STRATA_TEST_MEMCACHED_DSN'),
    'redis' => getenv('STRATA_TEST_REDIS_DSN'),
    'cluster' => getenv('STRATA_TEST_CLUSTER_DSN'),
];
foreach (['off', '1us', '60us', '1ms'] as $spin) {
    foreach ([$clear, tls_servers()] as $servers) {
        foreach ($servers as $kind => $dsn) {
            echo "$spin $kind: ", php_with_server($dsn, ['strata.on_error' => 'throw', 'strata.compress_from' => '0', 'strata.spin' => $spin], $code);
        }
    }
}
?>
--EXPECT--
off memcached: slept, 0 desyncs, 0 closes
off redis: slept, 0 desyncs, 0 closes
off cluster: slept, 0 desyncs, 0 closes
off memcached: slept, 0 desyncs, 0 closes
off redis: slept, 0 desyncs, 0 closes
off cluster: slept, 0 desyncs, 0 closes
1us memcached: spun, 0 desyncs, 0 closes
1us redis: spun, 0 desyncs, 0 closes
1us cluster: spun, 0 desyncs, 0 closes
1us memcached: spun, 0 desyncs, 0 closes
1us redis: spun, 0 desyncs, 0 closes
1us cluster: spun, 0 desyncs, 0 closes
60us memcached: spun, 0 desyncs, 0 closes
60us redis: spun, 0 desyncs, 0 closes
60us cluster: spun, 0 desyncs, 0 closes
60us memcached: spun, 0 desyncs, 0 closes
60us redis: spun, 0 desyncs, 0 closes
60us cluster: spun, 0 desyncs, 0 closes
1ms memcached: spun, 0 desyncs, 0 closes
1ms redis: spun, 0 desyncs, 0 closes
1ms cluster: spun, 0 desyncs, 0 closes
1ms memcached: spun, 0 desyncs, 0 closes
1ms redis: spun, 0 desyncs, 0 closes
1ms cluster: spun, 0 desyncs, 0 closes
