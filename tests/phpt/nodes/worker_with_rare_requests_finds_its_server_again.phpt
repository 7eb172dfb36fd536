--TEST--
A worker whose requests ask once, and not often, finds a server again that was away, without waiting for it
--SKIPIF--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_fault_proxy();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/fpm.inc';

$folder = sys_get_temp_dir() . '/strata_rare_' . getmypid();
mkdir($folder);
file_put_contents("$folder/page.php", '<?php echo (new Strata\Cache())->fetch("key")->reason?->value ?? "answered";');
/* Over a link that takes 2 ms, so that no step of a probe is done when the look that began it is over. */
foreach (['memcached' => 150_000, 'redis' => 1_200_000] as $kind => $pause) {
    $server = new OwnServer($kind);
    $proxy = new FaultProxy($server);
    $ini = ["strata.$kind" => $proxy->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '300ms', 'strata.connect_timeout' => '300ms',
        'strata.request_budget' => '0'];
    $fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 1']], $ini);
    $told = fn () => trim(fpm_get($fpm, 'shop', "$folder/page.php"));
    echo $kind, ': ', $told();
    $server->kill();
    for ($i = 0; $i < 100 && $told() !== 'breaker_open'; $i++);
    echo ', ', $told();
    $server->start();
    for ($i = 0; $i < 30; $i++) {
        $proxy->arm('delay', 2);
        if ($told() === 'answered') {
            break;
        }
        usleep($pause);
    }
    echo $i < 30 ? ', answered' : ', never again', "\n";
    fpm_stop($fpm);
}
exec("rm -r $folder");
?>
--EXPECT--
memcached: answered, breaker_open, answered
redis: answered, breaker_open, answered
