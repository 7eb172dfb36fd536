--TEST--
Sentinel: after a planned failover the new master is used while the old one still takes writes, and no value is wrong
--SKIPIF--
<?php require __DIR__ . '/../../support/sentinels.inc'; skip_without_sentinels(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';

$watched = new Watched();
[$old, $new] = [$watched->master->port, $watched->replica->port];
echo php_with_sentinels(sentinel_ini(sentinel_dsn($watched->sentinels)), <<<'PHP'
    [, $old, $new, $sentinel] = $argv;
    $cache = new Strata\Cache();
    $cache->setMultiple(['a' => 1, 'b' => 2], 60);
    echo json_encode($cache->getMultiple(['a', 'b', 'c'])), $cache->fetch('a')->node === "127.0.0.1:$old" ? " of the master\n" : " of another\n";
    echo ask($sentinel, 'SENTINEL', 'FAILOVER', 'mymaster'), "\n";
    echo follow($cache, "127.0.0.1:$new"), '; the old one says ', role_of($old), ' and has ', connections_at($old), " connections\n";
    echo try_values($cache), "\n";
    $status = strata_status();
    echo implode(' ', array_column($status['nodes'], 'protocol')), "\n";
    echo in_array("master moved: 127.0.0.1:$new", array_column($status['anomalies'], 'event'), true) ? "told\n" : "not told\n";
PHP, $old, $new, $watched->sentinels[0]->port);
?>
--EXPECT--
{"a":1,"b":2,"c":null} of the master
+OK
0 wrong, none failed, followed; the old one says master and has 0 connections
0 of 200 wrong
sentinel sentinel sentinel redis redis
told
