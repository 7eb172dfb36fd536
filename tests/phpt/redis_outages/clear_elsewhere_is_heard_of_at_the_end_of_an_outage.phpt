--TEST--
Redis and memcached: a host that was cut off sees nothing of what another host cleared meanwhile, whichever of its calls is let through first
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

foreach (['redis', 'memcached'] as $kind) {
    echo "$kind:\n";
    $server = new OwnServer($kind);
    $hosts = ['A' => new Host(["strata.$kind" => $server->dsn()]), 'B' => new Host(["strata.$kind" => $server->dsn()])];
    hosts_do($hosts, 'A: $cache->set("k", "old")', 'A: strata_node(key(strata_status()["nodes"]), "disable")', 'B: $cache->clear()', null, null,
        /* It was this one's turn to ask for the host, and it may not. */
        'A: $cache->fetch("k")->reason->value', 'A: strata_node(key(strata_status()["nodes"]), "auto")',
        'A: $cache->get("k")', 'A: $cache->remember("k", 60, fn () => "new")', 'B: $cache->get("k")');
}
?>
--EXPECT--
redis:
  A: $cache->set("k", "old") -> true
  A: strata_node(key(strata_status()["nodes"]), "disable") -> true
  B: $cache->clear() -> true
  A: $cache->fetch("k")->reason->value -> "breaker_open"
  A: strata_node(key(strata_status()["nodes"]), "auto") -> true
  A: $cache->get("k") -> null
  A: $cache->remember("k", 60, fn () => "new") -> "new"
  B: $cache->get("k") -> "new"
memcached:
  A: $cache->set("k", "old") -> true
  A: strata_node(key(strata_status()["nodes"]), "disable") -> true
  B: $cache->clear() -> true
  A: $cache->fetch("k")->reason->value -> "breaker_open"
  A: strata_node(key(strata_status()["nodes"]), "auto") -> true
  A: $cache->get("k") -> null
  A: $cache->remember("k", 60, fn () => "new") -> "new"
  B: $cache->get("k") -> "new"
