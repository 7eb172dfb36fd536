--TEST--
topology: the file mends a server that php.ini has wrong, without a reload, and one that would bring the mistake back is refused for all workers
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_fpm();
skip_without_own_server();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/topology.inc';

$redis = new OwnServer('redis');
$patient = "[default]\noperation_timeout = 5s\nconnect_timeout = 5s\n";
$file = topology_file($patient);
$page = "$file.php";
file_put_contents($page, '<?php
    if (isset($_GET["pid"])) {
        exit((string) getmypid());
    }
    $is_stored = (new Strata\Cache())->set("key", 1);
    $configuration = strata_status()["configuration"];
    echo $is_stored ? "stored" : "not stored", ", unconfigured: ", implode(" ", array_keys($configuration["unconfigured"])),
        ", refused: ", implode(" ", array_unique(array_column($configuration["refused"], "place")));');
$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 1']], ['strata.topology' => $file, 'strata.redis' => 'redi://127.0.0.1:1']);
$see = fn (string $expected) => fpm_await(fn () => fpm_get($fpm, 'shop', $page) === $expected, "\"$expected\"");
$see('not stored, unconfigured: default, refused: php.ini');
write_topology($file, "{$patient}redis = \"{$redis->dsn()}\"\n");
$see('stored, unconfigured: , refused: php.ini');
write_topology($file, $patient);
$see('stored, unconfigured: , refused: php.ini topology');

$pid = (int) fpm_get($fpm, 'shop', $page, 'pid');
exec("kill -9 $pid");
fpm_await(fn () => !in_array(fpm_get($fpm, 'shop', $page, 'pid'), ['', "$pid"], true), 'another worker');
echo 'a new worker: ', fpm_get($fpm, 'shop', $page), "\n";

write_topology($file, "{$patient}redis = \"{$redis->dsn()}\"\n");
$see('stored, unconfigured: , refused: php.ini');
fpm_stop($fpm);
unlink($page);
?>
--EXPECT--
a new worker: stored, unconfigured: , refused: php.ini topology
