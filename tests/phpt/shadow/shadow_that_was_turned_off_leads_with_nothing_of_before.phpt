--TEST--
shadow: one that was turned off for a while has missed changes, and leads with nothing of before
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

[$first, $shadow] = [new OwnServer('redis'), new OwnServer('redis')];
$file = topology_file("[default]\nshadow_mode = write");
echo php([
    'strata.redis' => $first->dsn(),
    'strata.shadow_redis' => $shadow->dsn(),
    'strata.topology' => $file,
    'strata.local_ttl' => '0',
    'strata.operator' => 'on',
    'strata.operation_timeout' => '5s',
    'display_errors' => 'stderr',
    'log_errors' => '0',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    $file = ' . var_export($file, true) . ';
    $version = 1;
    $move = function (string $mode) use ($file, &$version) {
        write_topology($file, "[default]\nshadow_mode = $mode");
        await_version(++$version);
    };
    $leads = fn () => var_export(strata_status()["databases"]["default"]["shadow"]["leads"], true);
    strata_set("k", "first");
    usleep(200000);
    strata_get("k");
    $move("off");
    strata_set("k", "second");
    $move("write");
    for ($i = 0; $i < 5; $i++) {
        usleep(150000);
        strata_get("nothing");
    }
    $move("lead");
    echo "leads: ", $leads(), ", ", json_encode(strata_get("k")), "\n";
    echo "renewed: ", var_export(strata_shadow_renew(), true), "\n";
    usleep(1200000);
    strata_get("k");
    echo "leads: ", $leads(), ", ", json_encode(strata_get("k")), "\n";
');
?>
--EXPECT--
leads: true, null
renewed: true
leads: true, null
