--TEST--
transactions: where operators move the database to another server in the middle, it goes on, and what was set before is a miss there
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
foreach (['commit', 'rollback', 'strata_request_boundary'] as $number => $end) {
    write_topology($file, '');
    echo php([
        'strata.redis' => $a->dsn(),
        'strata.topology' => $file,
        'strata.local_ttl' => '0',
        'strata.operation_timeout' => '5s',
        'strata.connect_timeout' => '5s',
        'strata.request_budget' => '0',
        'strata.namespace' => $end,
        'log_errors' => '1',
        'error_log' => '/dev/null',
    ], 'require "' . __DIR__ . '/../../support/topology.inc";
        [$file, $b, $end] = ' . var_export([$file, $b->dsn(), $end], true) . ';
        $cache = new Strata\Cache();
        $cache->set("key", "of a");
        $cache->begin();
        $cache->set("key", "new");
        write_topology($file, "[default]\nredis = $b\n");
        await_version(2);
        $cache->set("later", "set after the move");
        echo $cache->get("key"), " ", json_encode($cache->get("other")), "\n";
        echo json_encode(is_callable($end) ? $end() : $cache->$end()), "\n";
        echo json_encode([$cache->get("key"), $cache->get("later")]), " ", array_sum(array_column(strata_status()["databases"]["default"], "transactions_unfinished")), "\n";
        unset($cache);
    ');
}
?>
--EXPECT--
new null
true
[null,"set after the move"] 0
new null
null
[null,null] 0
new null
null
[null,null] 1
