--TEST--
A hundred workers that start at once lose no delete and miss nothing for want of a turn to connect; each opens one connection
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

/* The times are those of a machine that is busy with other things; the limits are the usual ones. */
function start(string $tier, array $ini): void
{
    $server = new OwnServer($tier);
    $name = $server->name();
    echo "$tier: ", php(["strata.$tier" => $server->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '10s',
        'strata.connect_timeout' => '10s', 'strata.request_budget' => '0', 'strata.max_inflight' => '1000'] + $ini, '
        require "' . __DIR__ . '/../../support/fork.inc";
        require "' . __DIR__ . '/../../chaos/start.inc";
        $cache = new Strata\Cache();
        $cache->set("common", "value");
        $before = accepted("' . $tier . '", "' . $name . '");
        $told = start_workers(100, 0.5, 50_000);
        $opened = accepted("' . $tier . '", "' . $name . '") - $before - 1;
        echo $told["deletes lost"], " deletes lost";
        unset($told["deleted"], $told["deletes lost"], $told["set"], $told["read"], $told["worst delete, ms"]);
        echo $told === [] ? "" : json_encode($told);
        echo ", ", $opened === 100 ? "a connection each" : "$opened connections", ", ";
        $node = current(strata_status()["nodes"]);
        echo json_encode($node["reasons"]), " ", $node["state"], "\n";
    ');
}

start('memcached', []);
start('redis', []);
/* A rate that is much too low holds up what reads, and not what deletes. */
start('memcached', ['strata.connect_rate' => '10']);
?>
--EXPECT--
memcached: 0 deletes lost, a connection each, [] closed
redis: 0 deletes lost, a connection each, [] closed
memcached: 0 deletes lost, a connection each, [] closed
