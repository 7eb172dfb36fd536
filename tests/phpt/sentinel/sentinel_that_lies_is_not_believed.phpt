--TEST--
Sentinel: one of three that watches another server under the same name is not believed, and neither is one alone
--SKIPIF--
<?php require __DIR__ . '/../../support/sentinels.inc'; skip_without_sentinels(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';

[$master, $other] = [new OwnServer('redis'), new OwnServer('redis')];
$sentinels = [new Sentinel($other->port), new Sentinel($master->port), new Sentinel($master->port)];
foreach ([[0, 1, 2], [2, 1, 0]] as $order) {
    echo php_with_sentinels(sentinel_ini(sentinel_dsn(array_map(fn ($i) => $sentinels[$i], $order))), <<<'PHP'
        $cache = new Strata\Cache();
        echo try_values($cache), $cache->fetch('key 1')->node === "127.0.0.1:$argv[1]" ? " at the master\n" : " elsewhere\n";
    PHP, $master->port);
}
echo connections_at($other->port), " connections to the other\n";
foreach ([1, 2] as $gone) {
    $sentinels[$gone]->signal(KILLED);
}
echo php_with_sentinels(sentinel_ini(sentinel_dsn($sentinels)), <<<'PHP'
    $cache = new Strata\Cache();
    echo told($cache->fetch('key 1')), "\n", thrown(fn () => $cache->increment('key')), "\n";
PHP);
preg_match('/total_connections_received:(\d+)/', (string) ask($other->port, 'INFO', 'stats'), $found);
echo connections_at($other->port), " connections to the other\n";
?>
--EXPECT--
0 of 200 wrong at the master
0 of 200 wrong at the master
0 connections to the other
error redis (no_owner)
Strata\ConnectionException: database default: 1 of 3 sentinels answered, and where the master "mymaster" is must be said alike by 2
0 connections to the other
