--TEST--
A Redis server that became a replica: the writes that it refuses cost no connections, and reads go on
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';

/* Eight processes of a host read what is there, and try to write all the time. */
$server = new OwnServer('redis');
echo php(['strata.redis' => $server->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s', 'strata.request_budget' => '0', 'strata.connect_rate' => '50'], '
    require "' . __DIR__ . '/../../support/fork.inc";
    require "' . __DIR__ . '/../../support/servers.inc";
    $cache = new Strata\Cache();
    $cache->set("small", 1);
    redis("' . $server->name() . '", "REPLICAOF", "127.0.0.1", "1");
    $done = in_children(8, function (int $child) {
        $cache = new Strata\Cache();
        $done = ["read" => 0, "refused" => 0];
        for ($i = 0; $i < 60; $i++) {
            $name = $cache->fetch("small")->reason?->value ?? "read";
            $done[$name] = ($done[$name] ?? 0) + 1;
            $done["refused"] += !$cache->set("child$child", $i);
            $done["refused"] += !$cache->delete("small");
        }
        return $done;
    });
    foreach (array_merge(...$done) as $name => $unused) {
        echo $name, " ", array_sum(array_column($done, $name)), "\n";
    }
    $connects = current(strata_status()["nodes"])["connects"];
    echo $connects < 60 ? "few connects" : "$connects connects", "\n";
    /* The server is a master again, and the connections that there are serve. */
    redis("' . $server->name() . '", "REPLICAOF", "NO", "ONE");
    var_dump($cache->set("small", 2), $cache->get("small"));
');
?>
--EXPECT--
read 480
refused 960
few connects
bool(true)
int(2)
