--TEST--
php-fpm: pools of two users have local values of their own; of a database on servers, status says that they share it
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_own_server();
skip_without_fpm();
if (trim(shell_exec('id -un')) !== 'root') {
    echo 'skip php-fpm can only be started as root for users of its own';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';

$page = sys_get_temp_dir() . '/strata_users_' . getmypid() . '.php';
copy(__DIR__ . '/users.inc', $page);
chmod($page, 0644);
$as = fn (string $user, string $group) => ['pm = static', 'pm.max_children = 1', "user = $user", "group = $group"];
$pools = ['one' => $as('www-data', 'www-data'), 'other' => $as('nobody', 'nogroup'), 'same' => $as('www-data', 'www-data')];
$show = fn (array $fpm, string $pool, string $query = '') => strtr(fpm_get($fpm, $pool, $page, $query), [
    trim(shell_exec('id -u www-data')) => 'www-data', trim(shell_exec('id -u nobody')) => 'nobody']);

$fpm = fpm_start($pools);
echo "local: ", $show($fpm, 'one', 'set'), "; ", $show($fpm, 'other'), "; ", $show($fpm, 'same'), "; ", $show($fpm, 'other', 'set'), "; ",
    $show($fpm, 'one', 'status'), "\n";
fpm_stop($fpm);

$redis = new OwnServer('redis');
$fpm = fpm_start($pools, ['strata.redis' => $redis->dsn(), 'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s', 'strata.request_budget' => '0']);
echo "redis: ", $show($fpm, 'one', 'set&status'), "; ", $show($fpm, 'other', 'status'), "\n";
fpm_stop($fpm);
unlink($page);
?>
--EXPECT--
local: (woken) by www-data; nothing; (woken) by www-data; (woken) by nobody; (woken) by www-data []
redis: (woken) by www-data []; (woken) by www-data {"default":"www-data, nobody"} in phpinfo
