--TEST--
topology: a database moves to another memcached, then to Redis and back, and keeps no connection to where it was
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
require __DIR__ . '/../../support/topology.inc';

[$a, $b, $redis] = [new OwnServer('memcached'), new OwnServer('memcached'), new OwnServer('redis')];
$file = topology_file('');
echo php([
    'strata.databases' => 'feed',
    'strata.feed.memcached' => $a->dsn(),
    'strata.topology' => $file,
    'strata.local_ttl' => '0',
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    require "' . __DIR__ . '/../../support/servers.inc";
    require "' . __DIR__ . '/../../support/show.inc";
    [$file, $a, $b, $redis] = ' . var_export([$file, $a->name(), $b->name(), $redis->name()], true) . ';

    $cache = new Strata\Cache("feed");
    $other = new Strata\Cache();
    $other->set("of default", 1);
    $set = function (string $value) use ($cache, $other) {
        $cache->set("key", $value);
        echo told($cache->fetch("key")), ", default: ", told($other->fetch("of default")), "\n";
    };
    /* The test itself has one there while it asks. */
    $clients = fn (string $server) => memcached_stat($server, "curr_connections");
    $alone = $clients($b);
    $set("to a");
    $version = 1;
    $move = function (string $text) use ($file, &$version) {
        write_topology($file, "[feed]\n$text");
        await_version(++$version);
    };
    $move("memcached = \"memcached://$b\"");
    echo told($cache->fetch("key")), "\n";
    $set("to b");
    echo "b: ", $clients($b) - $alone, "\n";

    $move("memcached =\nredis = redis://$redis");
    echo told($cache->fetch("key")), "\n";
    $set("to redis");
    $move("operation_timeout = 4s");
    await(fn () => is_bool($cache->has("key")) && redis($redis, "CLIENT", "LIST") !== "" && substr_count(redis($redis, "CLIENT", "LIST"), "\n") === 1, "the connection to redis to be closed");
    /* Both sides of a switch are told of changes: what a held is older than what was set since. */
    echo told($cache->fetch("key")), "\n";
    $cache->set("key", "to a again");
    await(fn () => is_bool($cache->has("key")) && $clients($b) === $alone, "the connection to b to be closed");
    echo implode(" ", array_keys(array_filter(strata_status()["nodes"], fn ($node) => $node["connects"] > 0))) === "$a $b $redis" ? "all were asked\n" : "not all were asked\n";
');
?>
--EXPECT--
hit memcached: 'to a', default: hit local: 1
miss memcached
hit memcached: 'to b', default: hit local: 1
b: 1
miss redis
hit redis: 'to redis', default: hit local: 1
miss memcached
all were asked
