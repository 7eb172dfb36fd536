--TEST--
Redis: a list or the like under the name of the generation is replaced, as text is
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

$server = new OwnServer('redis');
$put = function (string ...$command) use ($server) {
    redis($server->name(), 'DEL', 'default:generation');
    redis($server->name(), $command[0], 'default:generation', ...array_slice($command, 1));
};

foreach ([['RPUSH', '5'], ['HSET', '5', '6']] as $command) {
    echo "$command[0] before anything is known\n";
    $put(...$command);
    $hosts = ['A' => new Host(['strata.redis' => $server->dsn()]), 'B' => new Host(['strata.redis' => $server->dsn()])];
    hosts_do($hosts, 'A: $cache->set("x", 1)', 'B: $cache->get("x")', 'B: $cache->remember("y", 60, fn () => 2)', 'A: $cache->get("y")');
    echo "$command[0] later\n";
    $put(...$command);
    hosts_do($hosts, 'B: $cache->delete("x")', 'A: $cache->get("x")', 'A: $cache->set("x", 3)', 'A: $cache->get("x")');
    $put(...$command);
    hosts_do($hosts, 'A: $cache->clear()', null, 'B: $cache->get("x")');
    hosts_were_warned($hosts, $server->name());
}
?>
--EXPECT--
RPUSH before anything is known
  A: $cache->set("x", 1) -> true
  B: $cache->get("x") -> 1
  B: $cache->remember("y", 60, fn () => 2) -> 2
  A: $cache->get("y") -> 2
RPUSH later
  B: $cache->delete("x") -> true
  A: $cache->get("x") -> null
  A: $cache->set("x", 3) -> true
  A: $cache->get("x") -> 3
  A: $cache->clear() -> true
  B: $cache->get("x") -> null
HSET before anything is known
  A: $cache->set("x", 1) -> true
  B: $cache->get("x") -> 1
  B: $cache->remember("y", 60, fn () => 2) -> 2
  A: $cache->get("y") -> 2
HSET later
  B: $cache->delete("x") -> true
  A: $cache->get("x") -> null
  A: $cache->set("x", 3) -> true
  A: $cache->get("x") -> 3
  A: $cache->clear() -> true
  B: $cache->get("x") -> null
