--TEST--
Redis: hosts use one generation, or none, where a server lets them read it and not raise it
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/hosts.inc';

const STEPS = ['A: $cache->set("x", 1)', 'B: $cache->get("x")', 'B: $cache->set("x", 2)', 'A: $cache->get("x")', 'A: $cache->clear()', null,
    'B: $cache->get("x")', 'A: $cache->set("x", 3)', 'B: $cache->get("x")', 'A: $cache->delete("x")', 'B: $cache->get("x")',
    'B: $cache->set("x", 4)', 'A: $cache->get("x")', 'A: $cache->clear()'];
$two = fn (string $dsn) => ['A' => new Host(['strata.redis' => $dsn]), 'B' => new Host(['strata.redis' => $dsn])];

echo "a user without scripts\n";
$server = new OwnServer('redis', arguments: ['--user', 'app', 'on', '>pw', '~*', '+@all', '-@scripting', '-@dangerous']);
$hosts = $two("redis://app:pw@127.0.0.1:$server->port");
hosts_do($hosts, ...STEPS);
hosts_were_warned($hosts, $server->name());

echo "a server whose EVAL has another name\n";
$server = new OwnServer('redis', arguments: ['--rename-command', 'EVAL', '']);
$hosts = $two($server->dsn());
hosts_do($hosts, ...STEPS);
hosts_were_warned($hosts, $server->name());

echo "a full server, with a generation and without one\n";
$server = new OwnServer('redis');
$hosts = $two($server->dsn());
hosts_do($hosts, 'A: $cache->set("x", 1)', 'B: $cache->get("x")');
redis($server->name(), 'CONFIG', 'SET', 'maxmemory', '1');
hosts_do($hosts, 'A: $cache->clear()', null, 'A: $cache->get("x")', 'B: $cache->get("x")', 'A: $cache->delete("x")', 'B: $cache->get("x")');
redis($server->name(), 'DEL', 'default:generation');
hosts_do($hosts, null, 'A: $cache->fetch("x")->reason->value', 'B: $cache->fetch("x")->reason->value', 'B: $cache->set("x", 1)');
redis($server->name(), 'CONFIG', 'SET', 'maxmemory', '0');
hosts_do($hosts, null, 'A: $cache->set("x", 2)', 'B: $cache->get("x")', 'A: $cache->clear()');
hosts_were_warned($hosts, $server->name());

echo "a replica is the only server, with a generation and without one\n";
$master = new OwnServer('redis');
$server = new OwnServer('redis', arguments: ['--replicaof', '127.0.0.1', (string) $master->port, '--repl-diskless-sync-delay', '0']);
$hosts = $two($server->dsn());
hosts_do($hosts, 'A: $cache->fetch("x")->reason->value', 'B: $cache->set("x", 1)');
(new Host(['strata.redis' => $master->dsn()]))->ask('$cache->set("x", 5)');
while (redis($server->name(), 'DBSIZE') !== 2) {
    usleep(10000);
}
hosts_do($hosts, null, 'A: $cache->get("x")', 'B: $cache->get("x")', 'B: $cache->set("x", 6)', 'B: $cache->clear()', 'A: $cache->get("x")');
hosts_were_warned($hosts, $server->name());
?>
--EXPECT--
a user without scripts
  A: $cache->set("x", 1) -> true
  B: $cache->get("x") -> 1
  B: $cache->set("x", 2) -> true
  A: $cache->get("x") -> 2
  A: $cache->clear() -> false
  B: $cache->get("x") -> 2
  A: $cache->set("x", 3) -> true
  B: $cache->get("x") -> 3
  A: $cache->delete("x") -> true
  B: $cache->get("x") -> null
  B: $cache->set("x", 4) -> true
  A: $cache->get("x") -> 4
  A: $cache->clear() -> false
  A: database default: redis NODE: NOPERM this user has no permissions to run the 'eval' command (user "app") (a new generation takes EVAL, GET and SET)
a server whose EVAL has another name
  A: $cache->set("x", 1) -> true
  B: $cache->get("x") -> 1
  B: $cache->set("x", 2) -> true
  A: $cache->get("x") -> 2
  A: $cache->clear() -> false
  B: $cache->get("x") -> 2
  A: $cache->set("x", 3) -> true
  B: $cache->get("x") -> 3
  A: $cache->delete("x") -> true
  B: $cache->get("x") -> null
  B: $cache->set("x", 4) -> true
  A: $cache->get("x") -> 4
  A: $cache->clear() -> false
  A: database default: redis NODE: ERR unknown command 'EVAL' (a new generation takes EVAL, GET and SET)
a full server, with a generation and without one
  A: $cache->set("x", 1) -> true
  B: $cache->get("x") -> 1
  A: $cache->clear() -> false
  A: $cache->get("x") -> 1
  B: $cache->get("x") -> 1
  A: $cache->delete("x") -> true
  B: $cache->get("x") -> null
  A: $cache->fetch("x")->reason->value -> "no_generation"
  B: $cache->fetch("x")->reason->value -> "no_generation"
  B: $cache->set("x", 1) -> false
  A: $cache->set("x", 2) -> true
  B: $cache->get("x") -> 2
  A: $cache->clear() -> true
  A: database default: redis NODE: OOM command not allowed when used memory > 'maxmemory'. (a new generation takes EVAL, GET and SET)
  B: database default: redis NODE: OOM command not allowed when used memory > 'maxmemory'. (a new generation takes EVAL, GET and SET)
a replica is the only server, with a generation and without one
  A: $cache->fetch("x")->reason->value -> "no_generation"
  B: $cache->set("x", 1) -> false
  A: $cache->get("x") -> 5
  B: $cache->get("x") -> 5
  B: $cache->set("x", 6) -> false
  B: $cache->clear() -> false
  A: $cache->get("x") -> 5
  A: database default: redis NODE: READONLY You can't write against a read only replica. (it is a replica: the DSN wants its master, or redis-sentinel://) (a new generation takes EVAL, GET and SET)
  B: database default: redis NODE: READONLY You can't write against a read only replica. (it is a replica: the DSN wants its master, or redis-sentinel://) (a new generation takes EVAL, GET and SET)
