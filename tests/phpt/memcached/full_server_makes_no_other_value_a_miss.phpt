--TEST--
memcached: a set that a full server refuses removes the old value, is owed by nobody, and makes no other value a miss
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

$server = new OwnServer('memcached', arguments: ['-M', '-m', '4']);
$hosts = ['A' => new Host(['strata.memcached' => $server->dsn()])];
hosts_do($hosts, 'A: $cache->set("kept", [1])', 'A: $cache->set("old", random_bytes(900))',
    'A: count(array_filter(array_map(fn ($i) => $cache->set("fill$i", random_bytes(900)), range(1, 8000)))) < 5000',
    'A: $cache->set("old", random_bytes(900))', 'A: $cache->get("old")', 'A: $cache->get("kept")', 'A: $cache->has("fill1")',
    'A: strata_status()["unconfirmed"]', 'A: $cache->delete("fill1")', 'A: $cache->set("old", random_bytes(800))', 'A: $cache->has("old")');
hosts_were_warned($hosts, $server->name());
?>
--EXPECT--
  A: $cache->set("kept", [1]) -> true
  A: $cache->set("old", random_bytes(900)) -> true
  A: count(array_filter(array_map(fn ($i) => $cache->set("fill$i", random_bytes(900)), range(1, 8000)))) < 5000 -> true
  A: $cache->set("old", random_bytes(900)) -> false
  A: $cache->get("old") -> null
  A: $cache->get("kept") -> [1]
  A: $cache->has("fill1") -> true
  A: strata_status()["unconfirmed"] -> []
  A: $cache->delete("fill1") -> true
  A: $cache->set("old", random_bytes(800)) -> true
  A: $cache->has("old") -> true
