--TEST--
topology: what is wrong with a file is said in the log, and no error handler of a script hears of it or can throw
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
$said = php([
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
    set_error_handler(function (int $type, string $message) {
        throw new Exception("heard: $message");
    });
    write_topology($file, "[default]\nredis");
    await(fn () => $cache->get("key") !== "on a" || strata_status()["topology"]["problem"] !== "", "the verdict");
    echo told($cache->fetch("key")), "\n";

    write_topology($file, "[default]\nredis = $b");
    await_version(2);
    echo told($cache->fetch("key")), "\n";
');
echo str_replace($file, 'FILE', $said);
?>
--EXPECT--
PHP Warning:  strata.topology: FILE, line 2: this is no [database], no name = value and no ; comment; what was in force stays
hit redis: 'on a'
miss redis
