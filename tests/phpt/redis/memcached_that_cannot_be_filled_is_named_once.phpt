--TEST--
Redis: memcached above it that has no cas is named once in each process, and Redis answers
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
    'A: $cache->get("a")',
    'A: $cache->getMultiple(["a", "b"])',
    'A: $cache->remember("c", 60, fn () => "computed")',
    'A: $cache->fetch("c")->tier',
    'A: $cache->delete("a")',
    'A: $cache->get("a")',
];
$redis = new OwnServer('redis');
$memcached = new OwnServer('memcached', arguments: ['-C']);
$hosts = ['A' => new Host(['strata.redis' => $redis->dsn(), 'strata.memcached' => $memcached->dsn()])];
hosts_do($hosts, ...STEPS);
hosts_were_warned($hosts, $memcached->name());
?>
--EXPECT--
  A: $cache->set("a", [1], 60) -> true
  A: $cache->get("a") -> [1]
  A: $cache->getMultiple(["a", "b"]) -> {"a":[1],"b":null}
  A: $cache->remember("c", 60, fn () => "computed") -> "computed"
  A: $cache->fetch("c")->tier -> "redis"
  A: $cache->delete("a") -> true
  A: $cache->get("a") -> null
  A: database default: memcached NODE: it cannot be filled with what a deeper tier has, so that it serves nothing: it has no cas: started with -C
