--TEST--
topology: an error handler that is told of a bad file may call the cache, and its exception is that of the call
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

[$a, $b] = [new OwnServer('redis'), new OwnServer('redis')];
$file = topology_file('');
echo php([
    'strata.redis' => $a->dsn(),
    'strata.topology' => $file,
    'strata.local_ttl' => '0',
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    require "' . __DIR__ . '/../../support/show.inc";
    [$file, $b] = ' . var_export([$file, $b->dsn()], true) . ';

    $cache = new Strata\Cache();
    $cache->set("key", "on a");
    set_error_handler(function (int $type, string $message) use ($cache, $file) {
        echo str_replace($file, "FILE", $message), "\n";
        echo "in the handler: ", told($cache->fetch("key")), "\n";
        throw new Exception("thrown by the handler");
    });
    write_topology($file, "[default]\nredis");
    $said = null;
    await(function () use ($cache, &$said) {
        try {
            $cache->get("key");
        } catch (Exception $thrown) {
            $said = $thrown->getMessage();
        }
        return $said !== null;
    }, "the exception");
    echo $said, "\n", told($cache->fetch("key")), "\n";

    write_topology($file, "[default]\nredis = $b");
    await_version(2);
    echo told($cache->fetch("key")), "\n";
');
?>
--EXPECT--
strata.topology: FILE, line 2: this is no [database], no name = value and no ; comment; what was in force stays
in the handler: hit redis: 'on a'
thrown by the handler
hit redis: 'on a'
miss redis
