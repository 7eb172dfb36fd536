--TEST--
php-fpm: a pool takes what a pool may take; memory and databases belong to php.ini and say so once
--SKIPIF--
<?php
require __DIR__ . '/../../support/php.inc';
skip_without_child();
if (fpm_binary() === '') {
	echo 'skip php-fpm of this PHP is not installed (Debian and Ubuntu: apt-get install php-fpm)';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$folder = sys_get_temp_dir() . '/strata_fpm_' . getmypid();
mkdir($folder);
$user = trim(shell_exec('id -un'));
file_put_contents("$folder/fpm.conf", "[global]
error_log = $folder/fpm.log
daemonize = no
[shop]
user = $user
listen = $folder/shop.sock
security.limit_extensions =
pm = static
pm.max_children = 1
php_admin_value[strata.local_ttl] = last
php_admin_value[strata.namespace] = shop
php_admin_value[strata.memory] = 8M
php_admin_value[strata.databases] = feed
php_admin_value[strata.sessions.local_ttl] = 250
php_admin_value[strata.memory] = 9M
php_admin_value[error_log] = $folder/php.log
");
$ini = ['strata.databases' => 'sessions', 'log_errors' => '1', 'extension' => strata_so()];
$command = [fpm_binary(), '-n', '-R', '-y', "$folder/fpm.conf", ...directives($ini)];
$tries = 0;
$quiet = ['file', '/dev/null', 'a'];
$fpm = proc_open($command, [['file', '/dev/null', 'r'], $quiet, $quiet], $pipes);

/* The worker applies the values from the last line to the first, and speaks of them at its first request. */
do {
	usleep(50000);
	fpm_get(['folder' => $folder], 'shop', __DIR__ . '/../fpm/ttl.inc');
	$said = @file_get_contents("$folder/php.log");
} while (!str_contains($said, '"last"') && $tries++ < 600);
proc_terminate($fpm);
proc_close($fpm);
echo preg_replace('/^\[.*?\] /m', '', $said);
array_map('unlink', glob("$folder/*"));
rmdir($folder);
?>
--EXPECT--
PHP Warning:  strata.memory: there is one for the whole host, taken when PHP starts; accepted: only in php.ini
PHP Warning:  strata.sessions.local_ttl: "250" has no unit; accepted: 0 to 24h, such as 250ms
PHP Warning:  strata.databases: there is one for the whole host, taken when PHP starts; accepted: only in php.ini
PHP Warning:  strata.local_ttl: "last" is not a duration; accepted: 0 to 24h, such as 250ms
