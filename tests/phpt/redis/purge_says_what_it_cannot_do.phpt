--TEST--
Redis: strata_purge() refuses wrong arguments, has nothing to do without Redis, and uses DEL where a server does not know UNLINK
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

$ini = ['strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.local_ttl' => '0'];
$show = 'require "' . __DIR__ . '/../../support/show.inc";';
echo php($ini, $show . '
    foreach ([["nowhere"], ["default", 0], ["default", 1000001], ["default", -1, true]] as $arguments) {
        echo thrown(fn () => strata_purge(...$arguments)), "\n";
    }
    echo json_encode(strata_purge("default")), "\n";
');
$server = new OwnServer('memcached');
echo php($ini + ['strata.memcached' => $server->dsn()], 'echo json_encode(strata_purge("default")), "\n";');

$server = new OwnServer('redis', arguments: ['--rename-command', 'UNLINK', '']);
echo php($ini + ['strata.redis' => $server->dsn()], '
    echo json_encode(strata_purge("default")), "\n";
    $cache = new Strata\Cache();
    $cache->setMultiple(array_fill_keys(range(1, 700), "x"));
    $cache->clear();
    for ($removed = 0; ($step = strata_purge("default"))["removed"] > 0 || !$step["done"]; $removed += $step["removed"]);
    echo "$removed removed by DEL\n";
    $cache->set("key", "value");
    $cache->clear();
');
preg_match('/cmdstat_del:calls=(\d+)/', redis($server->name(), 'INFO', 'commandstats'), $deletions);
echo "$deletions[1] calls, ", redis($server->name(), 'DBSIZE'), " left\n";

/* Nobody is there any more. */
$ini = ['strata.operation_timeout' => '200ms'] + $ini;
$server->signal(KILLED);
while (@stream_socket_client("tcp://{$server->name()}")) {
    usleep(10000);
}
echo str_replace($server->name(), 'NODE', php($ini + ['strata.redis' => $server->dsn()], $show . 'echo thrown(fn () => strata_purge("default")), "\n";'));
?>
--EXPECT--
Strata\ConfigurationException: there is no database "nowhere": strata.databases must name it
ValueError: strata_purge(): Argument #2 ($limit) must be between 1 and 1000000
ValueError: strata_purge(): Argument #2 ($limit) must be between 1 and 1000000
ValueError: strata_purge(): Argument #2 ($limit) must be between 1 and 1000000
{"seen":0,"former":0,"removed":0,"done":true,"message":"nothing to do: only Redis keeps what clear() left behind"}
{"seen":0,"former":0,"removed":0,"done":true,"message":"nothing to do: only Redis keeps what clear() left behind"}
{"seen":0,"former":0,"removed":0,"done":true,"message":null}
700 removed by DEL
700 calls, 2 left
Strata\ConnectionException: database default: redis NODE: connecting: Connection refused
