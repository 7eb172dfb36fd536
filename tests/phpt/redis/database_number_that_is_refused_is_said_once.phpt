--TEST--
Redis: a database number that the server does not have, or does not let be selected, is said once in each process
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

$show = function (string $what, OwnServer $server, string $userinfo, int $number) {
    echo "$what\n";
    $hosts = ['A' => new Host(['strata.redis' => "redis://{$userinfo}127.0.0.1:$server->port/$number", 'strata.operation_timeout' => '5s'])];
    hosts_do($hosts, 'A: $cache->fetch("a")->reason', 'A: $cache->set("a", 1)', 'A: $cache->delete("a")');
    hosts_were_warned($hosts, $server->name());
};
$show('16 databases', new OwnServer('redis'), '', 99);
$show('a cluster', new OwnServer('redis', arguments: ['--cluster-enabled', 'yes']), '', 1);
$show('no SELECT', new OwnServer('redis', arguments: ['--rename-command', 'SELECT', '']), '', 1);
$show('a user without SELECT', new OwnServer('redis', arguments: ['--user', 'app', 'on', '>pw', '~*', '+@all', '-select']), 'app:pw@', 1);
?>
--EXPECTF--
16 databases
  A: $cache->fetch("a")->reason -> "unsupported"
  A: $cache->set("a", 1) -> false
  A: $cache->delete("a") -> false
  A: database default: redis NODE: greeting: SELECT 99: ERR DB index is out of range (see its directive "databases")
a cluster
  A: $cache->fetch("a")->reason -> "unsupported"
  A: $cache->set("a", 1) -> false
  A: $cache->delete("a") -> false
  A: database default: redis NODE: greeting: SELECT 1: ERR SELECT is not allowed in cluster mode
no SELECT
  A: $cache->fetch("a")->reason -> "unsupported"
  A: $cache->set("a", 1) -> false
  A: $cache->delete("a") -> false
  A: database default: redis NODE: greeting: SELECT 1: ERR unknown command %S
a user without SELECT
  A: $cache->fetch("a")->reason -> "auth"
  A: $cache->set("a", 1) -> false
  A: $cache->delete("a") -> false
  A: database default: redis NODE: greeting: SELECT 1: NOPERM %s
