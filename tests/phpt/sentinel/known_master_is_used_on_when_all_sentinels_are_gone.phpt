--TEST--
Sentinel: when all sentinels are gone, the master that was known is used on, and who starts then is told why there is none
--SKIPIF--
<?php require __DIR__ . '/../../support/sentinels.inc'; skip_without_sentinels(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';

$master = new OwnServer('redis');
$sentinels = [new Sentinel($master->port), new Sentinel($master->port), new Sentinel($master->port)];
$ini = sentinel_ini(sentinel_dsn($sentinels));
$ports = array_column($sentinels, 'port');
echo php_with_sentinels($ini, <<<'PHP'
    $cache = new Strata\Cache();
    echo try_values($cache), "\n";
    exec('kill -9 ' . implode(' ', array_slice($argv, 1)));
    $refused = fn () => array_sum(array_column(array_column(array_filter(strata_status()['nodes'],
        fn ($node) => $node['protocol'] === 'sentinel'), 'reasons'), 'refused'));
    $tried = '';
    wait_until(function () use ($cache, $refused, &$tried) {
        $tried = try_values($cache);
        return $tried !== '0 of 200 wrong' || $refused() >= 6;
    }, 'sentinels that refuse');
    echo $tried, "\n";
PHP, ...array_map(fn ($sentinel) => $sentinel->pid(), $sentinels));
echo str_replace(array_map(fn ($port) => "127.0.0.1:$port", $ports), 'SENTINEL', php_with_sentinels($ini, <<<'PHP'
    $cache = new Strata\Cache();
    echo json_encode([$cache->set('key', 1), $cache->get('key', 'default')]), ' ', told($cache->fetch('key')), "\n";
    echo thrown(fn () => $cache->increment('key')), "\n";
PHP));
?>
--EXPECT--
0 of 200 wrong
0 of 200 wrong
[false,"default"] error redis (refused)
Strata\ConnectionException: database default: sentinel SENTINEL: connecting: Connection refused
