--TEST--
Sentinel: a master that the sentinels do not know, servers that are no sentinels and passwords that are missing are named
--SKIPIF--
<?php require __DIR__ . '/../../support/sentinels.inc'; skip_without_sentinels(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';

$master = new OwnServer('redis', arguments: ['--requirepass', 'of-master']);
$open = new OwnServer('redis');
$lines = ['requirepass of-sentinel', 'sentinel monitor other 127.0.0.1 1 1'];
$sentinels = [new Sentinel($master->port, $lines), new Sentinel($master->port, $lines)];
$right = ['strata.sentinel_password' => 'of-sentinel'];
$tries = [
    'an unknown name' => [sentinel_dsn($sentinels, 'my-master'), $right],
    'no sentinels' => ["redis-sentinel://:of-master@127.0.0.1:$master->port/mymaster", []],
    'no sentinels, and open' => ["redis-sentinel://127.0.0.1:$open->port/mymaster", []],
    'no password of the sentinels' => [sentinel_dsn($sentinels, user: ':of-master@'), []],
    'a wrong one' => [sentinel_dsn($sentinels), ['strata.sentinel_password' => 'SECRET']],
    'no password of the master' => [sentinel_dsn($sentinels), $right],
    'both passwords' => [sentinel_dsn($sentinels, 'mymaster/3', ':of-master@'), $right],
    'both in directives' => [sentinel_dsn($sentinels, 'mymaster/3'), $right + ['strata.password' => 'of-master']],
];
foreach ($tries as $what => [$dsn, $ini]) {
    $said = php_with_sentinels($ini + sentinel_ini($dsn), <<<'PHP'
        $cache = new Strata\Cache();
        $cache->set('key', 'value', 60);
        echo told($cache->fetch('key')), "\n";
        ob_start();
        var_dump($cache, strata_status());
        phpinfo();
        echo preg_match('/of-(master|sentinel)\b|SECRET/', ob_get_clean()) ? "a password shows\n" : '';
    PHP);
    $ports = array_map(fn ($sentinel) => "127.0.0.1:$sentinel->port", $sentinels);
    $said = str_replace([...$ports, "127.0.0.1:$master->port", "127.0.0.1:$open->port"],
        ['SENTINEL', 'SENTINEL', 'MASTER', 'OPEN'], $said);
    echo "$what\n", preg_replace(['/Warning: Strata\\\\Cache::set\(\): database default: /', '/ in Command line.*/'], '', $said);
}
?>
--EXPECT--
an unknown name
the sentinels know no master "my-master"
error redis (unsupported)
no sentinels
sentinel MASTER: greeting: the server wants a password, and none is configured
error redis (auth)
no sentinels, and open
sentinel OPEN: is no sentinel: use redis:// or redis-cluster://
error redis (unsupported)
no password of the sentinels
sentinel SENTINEL: greeting: the server wants a password, and none is configured
error redis (auth)
a wrong one
sentinel SENTINEL: greeting: the server did not accept the password
error redis (auth)
no password of the master
redis MASTER: greeting: the server wants a password, and none is configured
error redis (auth)
both passwords
hit redis: 'value'
both in directives
hit redis: 'value'
