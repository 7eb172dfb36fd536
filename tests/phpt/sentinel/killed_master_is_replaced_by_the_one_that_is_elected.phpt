--TEST--
Sentinel: when the master is killed, reads and writes go on at the one that is elected, and no value is wrong
--SKIPIF--
<?php require __DIR__ . '/../../support/sentinels.inc'; skip_without_sentinels(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';

$watched = new Watched();
echo php_with_sentinels(sentinel_ini(sentinel_dsn($watched->sentinels)), <<<'PHP'
    [, $old, $new, $pid] = $argv;
    $cache = new Strata\Cache();
    echo try_values($cache), "\n";
    exec("kill -9 $pid");
    $found = $cache->fetch('key 1');
    echo $found->status->value, ' ', $found->node === "127.0.0.1:$old" ? 'of the dead one' : 'of another', "\n";
    echo follow($cache, "127.0.0.1:$new"), "\n";
    echo try_values($cache), "\n";
PHP, $watched->master->port, $watched->replica->port, $watched->master->pid());
?>
--EXPECT--
0 of 200 wrong
error of the dead one
0 wrong, some failed, followed
0 of 200 wrong
