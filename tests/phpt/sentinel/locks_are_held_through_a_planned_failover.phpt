--TEST--
Sentinel: a lock that the replica has is held on at the new master, and its fence still rises
--SKIPIF--
<?php require __DIR__ . '/../../support/sentinels.inc'; skip_without_sentinels(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';

$watched = new Watched();
echo php_with_sentinels(sentinel_ini(sentinel_dsn($watched->sentinels)), <<<'PHP'
    [, $new, $sentinel] = $argv;
    $cache = new Strata\Cache();
    [$one, $two] = [$cache->lock('report', 600), $cache->lock('report', 600)];
    $say = fn (bool ...$answers) => print(json_encode($answers) . "\n");
    $say($one->acquire(), $two->acquire());
    $fence = $one->fence();
    ask($sentinel, 'SENTINEL', 'FAILOVER', 'mymaster');
    echo follow($cache, "127.0.0.1:$new"), "\n";
    $say($one->refresh(), $one->isHeld(), $two->acquire());
    $say($one->release(), $two->acquire(), $two->fence() > $fence, $one->release());
PHP, $watched->replica->port, $watched->sentinels[0]->port);
?>
--EXPECT--
[true,false]
0 wrong, none failed, followed
[true,true,false]
[true,true,true,false]
