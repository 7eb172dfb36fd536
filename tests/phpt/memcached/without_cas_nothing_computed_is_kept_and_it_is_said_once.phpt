--TEST--
memcached without cas: remember() computes for its caller alone, leaves nothing behind, and says once what it takes
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

$server = new OwnServer('memcached', arguments: ['-C']);
$host = new Host(['strata.memcached' => $server->dsn()]);
hosts_do(['A' => $host],
    'A: [$cache->set("warm", 1), $cache->remember("key", 60, fn () => "computed"), $cache->fetch("key")->status]',
    'A: [$cache->remember("key", 60, fn () => "again"), $cache->get("key")]',
    'A: [$cache->add("key", "added"), $cache->remember("key", 60, fn () => "never"), $cache->replace("key", "replaced"), $cache->get("key")]',
    'A: [$cache->replace("none", 1), $cache->increment("n", 2), $cache->increment("n", 2)]',
    'A: [$cache->remember("warm", 60, fn () => 2, refresh: Strata\Refresh::Force), $cache->get("warm")]',
);
hosts_were_warned(['A' => $host], $server->name());
?>
--EXPECT--
  A: [$cache->set("warm", 1), $cache->remember("key", 60, fn () => "computed"), $cache->fetch("key")->status] -> [true,"computed","miss"]
  A: [$cache->remember("key", 60, fn () => "again"), $cache->get("key")] -> ["again",null]
  A: [$cache->add("key", "added"), $cache->remember("key", 60, fn () => "never"), $cache->replace("key", "replaced"), $cache->get("key")] -> [true,"added",true,"replaced"]
  A: [$cache->replace("none", 1), $cache->increment("n", 2), $cache->increment("n", 2)] -> [false,2,4]
  A: [$cache->remember("warm", 60, fn () => 2, refresh: Strata\Refresh::Force), $cache->get("warm")] -> [2,1]
  A: database default: memcached NODE: it has no cas, so that nothing can be compared: started with -C (what remember() computes is not stored there)
