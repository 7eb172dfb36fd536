--TEST--
strata: status, nodes, node, get and clear of a php-fpm whose workers are of another user; no file stays behind
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_command();
skip_without_own_server();
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';

$redis = new OwnServer('redis');
$ini = ['strata.redis' => $redis->dsn(), 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.memory' => '32M', 'strata.local_ttl' => '1h'];
$fpm = fpm_start(['www' => debian_pool()], $ini);
copy(__DIR__ . '/use.inc', "{$fpm['folder']}/use.php");
$socket = "{$fpm['folder']}/www.sock";
$place = place_for_scripts();
$run = fn (string ...$words) => strtr(command(['--fcgi', $socket, '--temporary', $place, ...$words]), [$redis->name() => 'REDIS', $socket => 'SOCKET']);

echo fpm_get($fpm, 'www', "{$fpm['folder']}/use.php");
$lines = explode("\n", $run('status'));
echo preg_replace('/: \d+ processes.*/', '', $lines[0]), "\n", implode("\n", array_slice($lines, 3, 3)), "\n";
echo $run('node', $redis->name(), 'disable', '30s'), $run('node', '10.0.0.1:1', 'disable');
$status = json_decode($run('status', '--json'), true);
echo $status['nodes']['REDIS']['state'] ?? 'no such node', ' ', is_array($status['local']) ? 'all of it' : 'not all', "\n";
echo preg_replace('/ +(\d+ s .*)?/', ' ', implode("\n", preg_grep('/^REDIS/', explode("\n", $run('nodes'))))), "\n";
echo $run('node', $redis->name(), 'auto');
echo preg_replace('/(age +).*/', '$1...', $run('get', 'user:3')), $run('get', 'user:3', '--value'), "\n";
echo $run('get', 'nothing'), $run('clear', 'default'), $run('get', 'user:3', '--json'), $run('clear', 'other');
$metrics = $run('metrics');
echo 'metrics: ', str_contains($metrics, 'strata_') && str_ends_with($metrics, "# EOF\n") ? "whole\n" : $metrics;
echo implode(' ', scripts_in($place)), rmdir($place) ? "nothing stays behind\n" : '';
fpm_stop($fpm);
?>
--EXPECT--
used
strata 0.1.0, php-fpm at SOCKET
DATABASE  TIER   HITS  MISSES  RATIO  SETS  DELETES  STALE  REASONS
default   local    20       1  95.2%    21        0      0
default   redis     0       1   0.0%    21        0      0
REDIS: disable for 30 s
! strata: 10.0.0.1:1: no process of this host has used such a server; there are: REDIS
exit code 1
forced_open all of it
REDIS redis forced_open operator 
REDIS: auto until told otherwise
key     user:3
status  hit
tier    local
age     ...
ttl     no end, or not known
reason  -
node    -
type    string of 100 B
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
key     nothing
status  miss
tier    redis
age     -
ttl     no end, or not known
reason  -
node    REDIS
exit code 1
default: cleared
{
    "key": "user:3",
    "status": "miss",
    "tier": "redis",
    "age": null,
    "ttl": null,
    "reason": null,
    "node": "REDIS"
}
exit code 1
! strata: there is no database "other": strata.databases must name it
exit code 2
metrics: whole
nothing stays behind
