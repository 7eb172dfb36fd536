--TEST--
strata: without --fcgi it says what it sees; the segment of a php-fpm shares its values, and servers are asked without it
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_command();
skip_without_own_server();
if (pool_user() !== 'www-data' || !is_executable('/usr/bin/setpriv') || !is_dir('/dev/shm')) {
    echo 'skip a php-fpm that root starts, with workers of www-data, and /dev/shm are needed';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';

$redis = new OwnServer('redis');
$folder = '/dev/shm/strata_command_' . getmypid() . '_' . uniqid();
mkdir($folder);
chmod($folder, 0755);
$servers = ['strata.redis' => $redis->dsn(), 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.memory' => '16M', 'strata.local_ttl' => '1h'];
$segment = ['strata.segment' => "$folder/www", 'strata.segment_mode' => '0660', 'strata.segment_group' => 'www-data'];
$fpm = fpm_start(['www' => debian_pool()], $segment + $servers);
copy(__DIR__ . '/use.inc', "{$fpm['folder']}/use.php");
echo fpm_get($fpm, 'www', "{$fpm['folder']}/use.php");
$www = ['setpriv', '--reuid=www-data', '--regid=www-data', '--clear-groups'];
$run = fn (array $words, array $ini, array $before) => preg_replace(['/: --fcgi.*|; --fcgi.*/', '/^(?!tier|status|!|exit).*\n/m', '/www\.[^ ]+/'], ['', '', 'www'],
    strtr(command($words, ['extension' => strata_so()] + $ini, [], $before), [$folder => 'FOLDER', $redis->name() => 'REDIS']));

echo "as a worker\n", $run(['get', 'user:1'], $segment + $servers, $www);
echo "as root\n", $run(['get', 'user:1'], $segment + $servers, []);
echo "without the segment\n", $run(['get', 'user:1'], $servers, $www), $run(['node', $redis->name(), 'disable'], $servers, []);
echo "without servers\n", $run(['clear', 'default'], ['strata.memory' => '16M'], []);
echo "with both\n", $run(['clear', 'default'], $segment + $servers, $www), $run(['--fcgi', "{$fpm['folder']}/www.sock", 'get', 'user:1'], [], []);
fpm_stop($fpm);
array_map(unlink(...), glob("$folder/*"));
rmdir($folder);
?>
--EXPECT--
used
as a worker
status  hit
tier    local
! strata: note: values are those of the segment FOLDER/www what is said of nodes and counts is of this process alone
as root
status  hit
tier    redis
! strata: note: the segment FOLDER/www is in use and gives this process no value: a process of root takes no value from it, and stores and removes its own; accepted: another user
without the segment
status  hit
tier    redis
! strata: note: this process speaks to the servers only and sees no memory of php-fpm
! strata: note: this process speaks to the servers only and sees no memory of php-fpm
! strata: what is said of a node counts for one start of PHP, and this one ends with the command: name a php-fpm by --fcgi SOCKET; for a whole fleet, and without a time, use the disabled list of the topology file
exit code 2
without servers
! strata: note: this process speaks to the servers only and sees no memory of php-fpm
! strata: default has no servers here, so nothing was cleared but memory of this process: name a php-fpm by --fcgi SOCKET
exit code 2
with both
! strata: note: values are those of the segment FOLDER/www what is said of nodes and counts is of this process alone
status  miss
tier    redis
exit code 1
