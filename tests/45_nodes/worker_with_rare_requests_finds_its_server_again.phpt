--TEST--
A worker whose requests ask once, and not often, finds a server again that was away, without waiting for it
--SKIPIF--
<?php
require __DIR__ . '/../support/own_server.inc';
require __DIR__ . '/../support/fpm.inc';
skip_without_own_server();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../support/own_server.inc';
require __DIR__ . '/../support/fpm.inc';

$folder = sys_get_temp_dir() . '/strata_rare_' . getmypid();
mkdir($folder);
file_put_contents("$folder/page.php", '<?php echo (new Strata\Cache())->fetch("key")->reason?->value ?? "answered";');
foreach (['memcached' => 150_000, 'redis' => 1_200_000] as $kind => $pause) {
    $server = new OwnServer($kind);
    $ini = ["strata.$kind" => $server->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '1s', 'strata.connect_timeout' => '1s',
        'strata.request_budget' => '0'];
    $fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 1']], $ini);
    $told = fn () => trim(fpm_get($fpm, 'shop', "$folder/page.php"));
    echo $kind, ': ', $told();
    $server->kill();
    for ($i = 0; $i < 100 && $told() !== 'breaker_open'; $i++);
    echo ', ', $told();
    $server->start();
    for ($i = 0; $i < 30 && $told() !== 'answered'; $i++) {
        usleep($pause);
    }
    echo ', ', $told(), "\n";
    fpm_stop($fpm);
}
exec("rm -r $folder");
?>
--EXPECT--
memcached: answered, breaker_open, answered
redis: answered, breaker_open, answered
