--TEST--
strata_check(): what a Redis server is, and each thing that is wrong with it, by one sentence with a way out
--SKIPIF--
<?php
require __DIR__ . '/../../support/check.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/check.inc';

$server = new OwnServer('redis', arguments: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lfu']);
$names = [$server->name() => 'SERVER', ":$server->port" => ':PORT'];
$ini = ['strata.redis' => $server->dsn()];

echo "-- well\n";
$checked = checked($ini);
print_findings($checked, $names);
$node = $checked['databases']['default'][$server->name()];
printf("%s %s %s %s %s %s\n", $node['protocol'], $node['software'] !== '' ? 'software' : '', preg_match('/^\d+\.\d+/', $node['version']),
    $node['role'], $node['mode'], $node['rights_by']);
var_dump($node['reached'], $node['error'], $node['reason'], $node['forbidden'], $node['unseen']);
var_dump(abs($node['clock']['difference']) <= $node['clock']['uncertainty'] + 100, $node['milliseconds'] > 0, $node['memory_most'] === 100 << 20);

echo "-- settings\n";
redis($server->name(), 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
redis($server->name(), 'CONFIG', 'SET', 'maxclients', '40');
print_findings(checked($ini), $names);
print_findings(checked($ini + ['session.save_handler' => 'strata', 'session.save_path' => 'default', 'strata.max_inflight' => '30']), $names);
redis($server->name(), 'CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru');
print_findings(checked($ini + ['session.save_handler' => 'strata', 'session.save_path' => 'default', 'strata.max_inflight' => '30']), $names);
redis($server->name(), 'CONFIG', 'SET', 'maxmemory', '0');
print_findings(checked($ini + ['strata.max_inflight' => '30']), $names);
redis($server->name(), 'CONFIG', 'SET', 'maxmemory', '100mb');
redis($server->name(), 'CONFIG', 'SET', 'maxclients', '10000');

echo "-- a user with few rights\n";
redis($server->name(), 'ACL', 'SETUSER', 'few', 'on', '>SECRET', '~few:*', '-@all', '+get', '+set', '+unlink');
$checked = checked(['strata.redis' => str_replace('//', '//few:SECRET@', $server->dsn())]);
print_findings($checked, $names);
echo implode(' ', $checked['databases']['default'][$server->name()]['forbidden']), "\n";
print_findings(checked(['strata.redis' => str_replace('//', '//few:SECRET@', $server->dsn()) . '/3', 'strata.namespace' => 'few']), $names);
print_findings(checked(['strata.redis' => str_replace('//', '//few:WRONG@', $server->dsn())]), $names);
print_findings(checked(['strata.redis' => $server->dsn() . '/17']), $names);

echo "-- in the wrong place\n";
redis($server->name(), 'REPLICAOF', '127.0.0.1', '1');
print_findings(checked($ini), $names);
echo (int) redis($server->name(), 'DBSIZE'), " keys\n";
?>
--EXPECT--
-- well
nothing
redis software 1 master standalone tried
bool(true)
NULL
NULL
array(0) {
}
array(0) {
}
bool(true)
bool(true)
bool(true)
-- settings
warning default SERVER: it takes 40 clients (maxclients), and this host alone may have 64 operations under way there (strata.max_inflight): raise the one or lower the other
warning default SERVER: maxmemory-policy is noeviction: once it is full every write fails; set allkeys-lfu or allkeys-lru for a cache
nothing
warning default SERVER: maxmemory-policy is volatile-lru: once it is full it removes sessions, and users are logged out; set noeviction, and enough maxmemory, where sessions are
warning default SERVER: it has no maxmemory: what has no end of life stays until the machine has no memory left; set maxmemory, and maxmemory-policy allkeys-lfu or allkeys-lru
-- a user with few rights
error default SERVER: the user "few" may not touch keys such as "default:generation:check": let ACL SETUSER give it ~ and a pattern that fits them
error default SERVER: the user "few" may not use MGET, EVAL, GETRANGE, SETRANGE, EXISTS, INCRBY, PEXPIRE, PERSIST, PTTL, SCAN, PING, TIME, CLIENT SETNAME: ACL SETUSER few +mget +eval +getrange +setrange +exists +incrby +pexpire +persist +pttl +scan +ping +time +client|setname
MGET EVAL GETRANGE SETRANGE EXISTS INCRBY PEXPIRE PERSIST PTTL SCAN PING TIME CLIENT SETNAME
error default SERVER: redis SERVER: greeting: SELECT 3: NOPERM this user has no permissions to run the 'select' command: let ACL SETUSER give the user +select
error default SERVER: redis SERVER: greeting: the server did not accept the user and the password: mend user and password of the DSN, or the ACL of the server
error default SERVER: redis SERVER: greeting: SELECT 17: ERR DB index is out of range (see its directive "databases"): name a database number that the server has, or none
-- in the wrong place
error default SERVER: it is a replica of 127.0.0.1:1 and refuses every write: name its master in the DSN, or the sentinels by redis-sentinel://
warning default SERVER: its link to its master is down: it answers reads with what is old, and must not be promoted
0 keys
