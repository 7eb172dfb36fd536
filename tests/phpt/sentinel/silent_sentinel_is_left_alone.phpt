--TEST--
Sentinel: one of three that does not answer keeps nobody from the master, and soon nobody waits for it
--SKIPIF--
<?php require __DIR__ . '/../../support/sentinels.inc'; skip_without_sentinels(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';

$master = new OwnServer('redis');
$sentinels = [new Sentinel($master->port), new Sentinel($master->port), new Sentinel($master->port)];
$sentinels[1]->signal(STOPPED);
$ini = ['strata.operation_timeout' => '2s', 'strata.connect_timeout' => '300ms'] + sentinel_ini(sentinel_dsn($sentinels));
echo php_with_sentinels($ini, <<<'PHP'
    $cache = new Strata\Cache();
    $wrong = 0;
    wait_until(function () use ($cache, $argv, &$wrong) {
        $value = bin2hex(random_bytes(8));
        $wrong += !$cache->set('key', $value, 60) || $cache->get('key') !== $value;
        return strata_status()['nodes']["127.0.0.1:$argv[1]"]['state'] !== 'closed';
    }, 'a breaker that opens');
    echo "$wrong wrong, ", try_values($cache), "\n";
PHP, $sentinels[1]->port);
?>
--EXPECT--
0 wrong, 0 of 200 wrong
