--TEST--
php-fpm: forty sites that one worker serves in turn keep their values and their counts, with the connections of sixteen at most
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_own_server();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';

$redis = new OwnServer('redis');
$log = sys_get_temp_dir() . '/strata_sites_' . getmypid() . '.log';
touch($log);
chmod($log, 0666);
$fpm = fpm_start(['sites' => ['pm = static', 'pm.max_children = 1', "php_admin_value[error_log] = $log"]], ['strata.redis' => $redis->dsn(),
    'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s', 'strata.request_budget' => '0', 'strata.connect_rate' => '10000']);
$page = __DIR__ . '/site.inc';
$site = fn (int $n, string $query = '') => fpm_get($fpm, 'sites', $page, $query, ['PHP_ADMIN_VALUE' => "strata.namespace = site_$n"]);
$wrong = 0;
for ($round = 0; $round < 3; $round++) {
    for ($n = 0; $n < 40; $n++) {
        $wrong += $site($n, "set=$round-$n") !== "\"$round-$n\"";
        $wrong += $site($n) !== "\"$round-$n\"";
        /* As far away as the sets reach, and farther. */
        foreach ([5, 15, 25] as $back) {
            $wrong += $n >= $back && $site($n - $back) !== '"' . $round . '-' . ($n - $back) . '"';
        }
    }
}
echo "$wrong wrong\n";
$connection = stream_socket_client("tcp://127.0.0.1:$redis->port");
fwrite($connection, "CLIENT LIST\r\n");
$size = (int) substr(fgets($connection), 1);
$clients = substr_count(stream_get_contents($connection, $size), 'id=') - 1;
echo $clients > 1 && $clients <= 16 ? 'at most 16 connections' : "$clients connections", "\n";
fpm_stop($fpm);
echo preg_replace('/^\[.*?\] /m', '', file_get_contents($log));
unlink($log);
?>
--EXPECT--
0 wrong
at most 16 connections
PHP Warning:  strata: this process meets more than 16 different sets of settings, and closes the connections of one for each further one; accepted: fewer sites for each pool
