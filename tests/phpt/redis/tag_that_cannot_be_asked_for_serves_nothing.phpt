--TEST--
Redis and memcached: what is invalidated is served by no host after tag_ttl, and nothing is while the number cannot be read
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
    $server = new OwnServer($kind);
    $ini = ["strata.$kind" => $server->dsn(), 'strata.local_ttl' => '60s', 'strata.stale_on_error' => '1h', 'strata.operation_timeout' => '200ms', 'strata.tag_ttl' => '300ms'];
    $hosts = ['A' => new Host($ini), 'B' => new Host($ini)];
    echo "$kind\n";
    hosts_do($hosts, 'A: $cache->setMultiple(["a" => 1, "b" => "two"], null, ["t", "u"])', 'B: array_values($cache->getMultiple(["a", "b"]))',
        'A: $cache->set("plain", "no tags")', 'B: $cache->get("plain")',
        'A: $cache->invalidateTags("t", "x")', 'A: array_values($cache->getMultiple(["a", "b"]))', 'B: usleep(310000)', 'B: array_values($cache->getMultiple(["a", "b"]))',
        'B: $cache->set("a", "new", null, ["t"])', 'A: $cache->get("a")');
    echo "- the server is stopped\n";
    $server->signal(STOPPED);
    hosts_do($hosts, 'A: $cache->invalidateTags("t")', 'A: $cache->fetch("a")->status->name', 'B: usleep(310000)', 'B: $cache->fetch("a")->status->name',
        'B: $cache->set("c", 3, null, ["t"])', 'B: $cache->fetch("plain")->value');
    $server->signal(CONTINUED);
    usleep(800000);
    echo "- it goes on; what it executes late is an invalidation, too\n";
    hosts_do($hosts, 'B: in_array($cache->get("a"), [null, "new"], true)', 'B: $cache->set("a", "newest", null, ["t"])', 'B: $cache->get("a")',
        'A: $cache->invalidateTags("t")', 'A: $cache->get("a")', 'B: usleep(310000)', 'B: $cache->get("a")');
}
?>
--EXPECT--
redis
  A: $cache->setMultiple(["a" => 1, "b" => "two"], null, ["t", "u"]) -> true
  B: array_values($cache->getMultiple(["a", "b"])) -> [1,"two"]
  A: $cache->set("plain", "no tags") -> true
  B: $cache->get("plain") -> "no tags"
  A: $cache->invalidateTags("t", "x") -> true
  A: array_values($cache->getMultiple(["a", "b"])) -> [null,null]
  B: usleep(310000) -> null
  B: array_values($cache->getMultiple(["a", "b"])) -> [null,null]
  B: $cache->set("a", "new", null, ["t"]) -> true
  A: $cache->get("a") -> "new"
- the server is stopped
  A: $cache->invalidateTags("t") -> false
  A: $cache->fetch("a")->status->name -> "Error"
  B: usleep(310000) -> null
  B: $cache->fetch("a")->status->name -> "Error"
  B: $cache->set("c", 3, null, ["t"]) -> false
  B: $cache->fetch("plain")->value -> "no tags"
- it goes on; what it executes late is an invalidation, too
  B: in_array($cache->get("a"), [null, "new"], true) -> true
  B: $cache->set("a", "newest", null, ["t"]) -> true
  B: $cache->get("a") -> "newest"
  A: $cache->invalidateTags("t") -> true
  A: $cache->get("a") -> null
  B: usleep(310000) -> null
  B: $cache->get("a") -> null
memcached
  A: $cache->setMultiple(["a" => 1, "b" => "two"], null, ["t", "u"]) -> true
  B: array_values($cache->getMultiple(["a", "b"])) -> [1,"two"]
  A: $cache->set("plain", "no tags") -> true
  B: $cache->get("plain") -> "no tags"
  A: $cache->invalidateTags("t", "x") -> true
  A: array_values($cache->getMultiple(["a", "b"])) -> [null,null]
  B: usleep(310000) -> null
  B: array_values($cache->getMultiple(["a", "b"])) -> [null,null]
  B: $cache->set("a", "new", null, ["t"]) -> true
  A: $cache->get("a") -> "new"
- the server is stopped
  A: $cache->invalidateTags("t") -> false
  A: $cache->fetch("a")->status->name -> "Error"
  B: usleep(310000) -> null
  B: $cache->fetch("a")->status->name -> "Error"
  B: $cache->set("c", 3, null, ["t"]) -> false
  B: $cache->fetch("plain")->value -> "no tags"
- it goes on; what it executes late is an invalidation, too
  B: in_array($cache->get("a"), [null, "new"], true) -> true
  B: $cache->set("a", "newest", null, ["t"]) -> true
  B: $cache->get("a") -> "newest"
  A: $cache->invalidateTags("t") -> true
  A: $cache->get("a") -> null
  B: usleep(310000) -> null
  B: $cache->get("a") -> null
