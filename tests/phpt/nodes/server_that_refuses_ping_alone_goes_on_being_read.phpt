--TEST--
Redis refuses PING when it cannot save a snapshot: reads over idle connections are answered, and nothing is taken for a desync
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

$folder = sys_get_temp_dir() . '/strata_gone_' . getmypid();
mkdir($folder);
$server = new OwnServer('redis', arguments: ['--dir', $folder, '--stop-writes-on-bgsave-error', 'yes', '--repl-backlog-size', '1mb']);
$ini = ['strata.redis' => $server->dsn(), 'strata.local_ttl' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '2s'];
echo php($ini, 'echo json_encode((new Strata\Cache())->set("key", 1)), "\n";');
redis($server->name(), 'CONFIG', 'SET', 'save', '3600 1');
rmdir($folder);
redis($server->name(), 'BGSAVE');
for ($i = 0; $i < 500 && !str_starts_with((string) redis($server->name(), 'PING'), '-MISCONF'); $i++) {
    usleep(10000);
}
echo substr(redis($server->name(), 'PING'), 0, 8), "\n";
$code = '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    for ($i = 0; $i < 6; $i++) {
        $told[told($cache->fetch("key"))] = true;
        usleep(50000);
    }
    echo implode(", ", array_keys($told)), "; set ", json_encode($cache->set("key", 2)), "; ";
    try {
        echo $cache->increment("n"), "\n";
    } catch (Strata\ConnectionException) {
        echo "no sum\n";
    }
    $node = current(strata_status()["nodes"]);
    echo $node["state"], ", ", $node["desyncs"], " desyncs, ", $node["suspected"] ? "suspected" : "trusted", "\n";
';
echo php(['strata.check_after_idle' => '30ms'] + $ini, $code);
echo php(['strata.strict' => 'on'] + $ini, $code);
?>
--EXPECT--
true
-MISCONF
hit redis: 1; set false; no sum
closed, 0 desyncs, trusted
error redis (server); set false; no sum
closed, 0 desyncs, trusted
