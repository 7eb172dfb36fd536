--TEST--
memcached: what its -I does not allow is not sent twice, neither by a set nor to keep what Redis has; a new limit is seen
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';

$redis = new OwnServer('redis');
$memcached = new OwnServer('memcached');
$ini = ['strata.memcached' => $memcached->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s', 'strata.request_budget' => '0', 'strata.compress_from' => '0'];
$begin = '
    $cache = new Strata\Cache();
    $large = str_repeat("large", 300_000);
    function sent(): string
    {
        static $before = 0;
        foreach (strata_status()["nodes"] as $name => $node) {
            if (str_contains($name, "' . $memcached->name() . '")) {
                [$sent, $before] = [$node["bytes_sent"] - $before, $node["bytes_sent"]];
            }
        }
        return $sent > 1_000_000 ? "sent" : "not sent";
    }
';

echo "above Redis:\n", php(['strata.redis' => $redis->dsn()] + $ini, $begin . '
    var_dump($cache->set("key", $large));
    echo sent(), "\n";
    for ($i = 0; $i < 3; $i++) {
        var_dump($cache->get("key") === $large);
        echo sent(), "\n";
    }
    echo strata_status()["databases"]["default"]["memcached"]["reasons"]["too_large"], " times too large\n";
');

echo "alone:\n";
$process = proc_open([getenv('TEST_PHP_EXECUTABLE') ?: PHP_BINARY, '-n', ...directives(['extension' => strata_so(),
    'display_errors' => '0'] + $ini), '-r', $begin . '
    for ($i = 0; $i < 3; $i++) {
        echo json_encode([$cache->set("key", $large), $cache->get("key"), sent()]), "\n";
    }
    fgets(STDIN);
    for ($end = microtime(true) + 30; !$cache->set("key", $large) && microtime(true) < $end;) {
        usleep(100_000);
    }
    echo json_encode([$cache->get("key") === $large, current(strata_status()["nodes"])["state"]]), "\n";
'], [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes);
echo fgets($pipes[1]), fgets($pipes[1]), fgets($pipes[1]);
$memcached->kill();
$memcached->start(['-I', '4m']);
fwrite($pipes[0], "\n");
echo "started anew with a larger -I:\n", stream_get_contents($pipes[1]);
?>
--EXPECT--
above Redis:
bool(true)
not sent
bool(true)
sent
bool(true)
not sent
bool(true)
not sent
2 times too large
alone:
[false,null,"sent"]
[false,null,"not sent"]
[false,null,"not sent"]
started anew with a larger -I:
[true,"closed"]
