--TEST--
Redis and memcached: what a server does not do has a reason of its own and one warning in each process, and touch() does without scripts
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

const STEPS = [
    'A: $cache->set("a", [1], 60)',
    'A: array_sum(array_map(fn () => $cache->compareAndSet("a", $cache->fetch("a"), [2]), range(1, 20)))',
    'A: $cache->get("a")',
    'A: $cache->touch("a", 40)',
    'A: $cache->touch("a", 400)',
    'A: $cache->touch("a")',
    'A: $cache->get("a")',
    'A: $cache->set("b", false, 60)',
    'A: $cache->touch("b", 40)',
    'A: $cache->touch("b", 400)',
    'A: $cache->set("n", 5, 60)',
    'A: $cache->touch("n", 400)',
    'A: $cache->compareAndSet("n", $cache->fetch("n"), 6)',
    'A: $cache->replace("a", [3])',
    'A: $cache->add("a", [4])',
    'A: $cache->increment("i")',
    'A: $cache->increment("j", 1, 5, 60)',
    'A: $cache->decrement("i", 3)',
    'A: max(array_column(strata_status()["databases"]["default"], "reasons"))',
];
$show = function (string $what, string $dsn, OwnServer $server) {
    echo "$what\n";
    $hosts = ['A' => new Host(['strata.redis' => str_starts_with($dsn, 'redis') ? $dsn : '', 'strata.memcached' => str_starts_with($dsn, 'memcached') ? $dsn : ''])];
    hosts_do($hosts, ...STEPS);
    hosts_were_warned($hosts, $server->name());
};
$server = new OwnServer('redis', arguments: ['--user', 'app', 'on', '>pw', '~*', '+@all', '-@scripting', '-@dangerous']);
$show('a user without scripts', "redis://app:pw@127.0.0.1:$server->port", $server);
$server = new OwnServer('redis', arguments: ['--rename-command', 'EVAL', '', '--rename-command', 'SETRANGE', '']);
$show('neither EVAL nor SETRANGE', $server->dsn(), $server);
$server = new OwnServer('memcached', arguments: ['-C']);
$show('memcached without cas', $server->dsn(), $server);
?>
--EXPECT--
a user without scripts
  A: $cache->set("a", [1], 60) -> true
  A: array_sum(array_map(fn () => $cache->compareAndSet("a", $cache->fetch("a"), [2]), range(1, 20))) -> 0
  A: $cache->get("a") -> [1]
  A: $cache->touch("a", 40) -> true
  A: $cache->touch("a", 400) -> true
  A: $cache->touch("a") -> true
  A: $cache->get("a") -> [1]
  A: $cache->set("b", false, 60) -> true
  A: $cache->touch("b", 40) -> true
  A: $cache->touch("b", 400) -> false
  A: $cache->set("n", 5, 60) -> true
  A: $cache->touch("n", 400) -> true
  A: $cache->compareAndSet("n", $cache->fetch("n"), 6) -> false
  A: $cache->replace("a", [3]) -> true
  A: $cache->add("a", [4]) -> false
  A: $cache->increment("i") -> 1
  A: $cache->increment("j", 1, 5, 60) -> "Strata\\ConnectionException: database default: redis NODE: NOPERM this user has no permissions to run the 'eval' command (user \"app\") (a counter takes INCRBY, and one with a first value or an end EVAL, EXISTS, GET and SET)"
  A: $cache->decrement("i", 3) -> -2
  A: max(array_column(strata_status()["databases"]["default"], "reasons")) -> {"not_stored":1,"unsupported":23}
  A: database default: redis NODE: NOPERM this user has no permissions to run the 'eval' command (user "app") (compareAndSet() takes EVAL, GETRANGE and SET)
neither EVAL nor SETRANGE
  A: $cache->set("a", [1], 60) -> true
  A: array_sum(array_map(fn () => $cache->compareAndSet("a", $cache->fetch("a"), [2]), range(1, 20))) -> 0
  A: $cache->get("a") -> [1]
  A: $cache->touch("a", 40) -> true
  A: $cache->touch("a", 400) -> false
  A: $cache->touch("a") -> false
  A: $cache->get("a") -> [1]
  A: $cache->set("b", false, 60) -> true
  A: $cache->touch("b", 40) -> true
  A: $cache->touch("b", 400) -> false
  A: $cache->set("n", 5, 60) -> true
  A: $cache->touch("n", 400) -> true
  A: $cache->compareAndSet("n", $cache->fetch("n"), 6) -> false
  A: $cache->replace("a", [3]) -> true
  A: $cache->add("a", [4]) -> false
  A: $cache->increment("i") -> 1
  A: $cache->increment("j", 1, 5, 60) -> "Strata\\ConnectionException: database default: redis NODE: ERR unknown command 'EVAL' (a counter takes INCRBY, and one with a first value or an end EVAL, EXISTS, GET and SET)"
  A: $cache->decrement("i", 3) -> -2
  A: max(array_column(strata_status()["databases"]["default"], "reasons")) -> {"not_stored":1,"unsupported":25}
  A: database default: redis NODE: ERR unknown command 'EVAL' (compareAndSet() takes EVAL, GETRANGE and SET)
memcached without cas
  A: $cache->set("a", [1], 60) -> true
  A: array_sum(array_map(fn () => $cache->compareAndSet("a", $cache->fetch("a"), [2]), range(1, 20))) -> 0
  A: $cache->get("a") -> [1]
  A: $cache->touch("a", 40) -> true
  A: $cache->touch("a", 400) -> false
  A: $cache->touch("a") -> false
  A: $cache->get("a") -> [1]
  A: $cache->set("b", false, 60) -> true
  A: $cache->touch("b", 40) -> true
  A: $cache->touch("b", 400) -> false
  A: $cache->set("n", 5, 60) -> true
  A: $cache->touch("n", 400) -> true
  A: $cache->compareAndSet("n", $cache->fetch("n"), 6) -> false
  A: $cache->replace("a", [3]) -> true
  A: $cache->add("a", [4]) -> false
  A: $cache->increment("i") -> 1
  A: $cache->increment("j", 1, 5, 60) -> 6
  A: $cache->decrement("i", 3) -> "Strata\\ConnectionException: database default: memcached NODE: it has no cas, so that nothing can be compared: started with -C"
  A: max(array_column(strata_status()["databases"]["default"], "reasons")) -> {"not_stored":1,"unsupported":25}
  A: database default: memcached NODE: it has no cas, so that nothing can be compared: started with -C
