<?php
/*
 * start.php WORKERS — run by run.sh start. How many deletes are lost when all workers of a host begin at once, and
 * how many connections do they open, with memcached and with Redis? Directives are those of php.ini.
 */
require __DIR__ . '/../support/fork.inc';
require __DIR__ . '/../support/own_server.inc';
require __DIR__ . '/../support/php.inc';

$workers = (int) ($argv[1] ?? 400);
$passed = 0;
foreach (['memcached', 'redis'] as $tier) {
    $server = new OwnServer($tier);
    $told = json_decode(php(["strata.$tier" => $server->dsn(), 'strata.local_ttl' => '0', 'memory_limit' => '-1'], '
        require "' . __DIR__ . '/../support/fork.inc";
        require "' . __DIR__ . '/start.inc";
        $cache = new Strata\Cache();
        $cache->set("common", "value");
        $before = accepted("' . $tier . '", "' . $server->name() . '");
        $told = start_workers(' . $workers . ', 2.0, 100_000);
        $opened = accepted("' . $tier . '", "' . $server->name() . '") - $before - 1;
        $node = current(strata_status()["nodes"]);
        echo json_encode($told + ["connections" => $opened, "reasons" => $node["reasons"], "state" => $node["state"]]);
    '), true);
    $is_well = $told['deletes lost'] === 0 && $told['connections'] <= $workers + 50 && $told['state'] === 'closed'
        && !isset($told['workers that died']);
    $passed += $is_well;
    echo $is_well ? 'ok     ' : 'FAILED ', "$tier, $workers workers: ", json_encode($told), "\n";
}
echo "$passed passed, ", 2 - $passed, " failed\n";
exit($passed === 2 ? 0 : 1);
