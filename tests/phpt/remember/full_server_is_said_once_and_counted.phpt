--TEST--
remember(): where a full server takes no placeholder, what is computed is not stored, which is counted and said once
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

$steps = ['A: $cache->remember("a", 60, fn () => 1)', 'A: $cache->remember("a", 60, fn () => 2)',
    'A: $cache->rememberMultiple(["b", "c"], 60, fn ($keys) => array_fill_keys($keys, 3))',
    'A: current(strata_status()["databases"]["default"])["unfenced"]'];

echo "Redis:\n";
$server = new OwnServer('redis', arguments: ['--maxmemory-policy', 'noeviction']);
$hosts = ['A' => new Host(['strata.redis' => $server->dsn()])];
hosts_do($hosts, 'A: $cache->set("x", 1)');
redis($server->name(), 'CONFIG', 'SET', 'maxmemory', '1');
hosts_do($hosts, ...$steps);
hosts_were_warned($hosts, $server->name());

echo "memcached:\n";
$server = new OwnServer('memcached', arguments: ['-M', '-m', '4']);
$hosts = ['A' => new Host(['strata.memcached' => $server->dsn()])];
hosts_do($hosts, 'A: $cache->set("x", 1)');
/* Items as small as a placeholder: each size has memory of its own there. */
$hosts['A']->ask('array_map(fn ($i) => $cache->add($i, ""), range(1, 40000))');
hosts_do($hosts, ...$steps);
hosts_were_warned($hosts, $server->name());
?>
--EXPECT--
Redis:
  A: $cache->set("x", 1) -> true
  A: $cache->remember("a", 60, fn () => 1) -> 1
  A: $cache->remember("a", 60, fn () => 2) -> 2
  A: $cache->rememberMultiple(["b", "c"], 60, fn ($keys) => array_fill_keys($keys, 3)) -> {"b":3,"c":3}
  A: current(strata_status()["databases"]["default"])["unfenced"] -> 4
  A: database default: redis NODE: OOM command not allowed when used memory > 'maxmemory'. (what remember() computes is not stored)
memcached:
  A: $cache->set("x", 1) -> true
  A: $cache->remember("a", 60, fn () => 1) -> 1
  A: $cache->remember("a", 60, fn () => 2) -> 2
  A: $cache->rememberMultiple(["b", "c"], 60, fn ($keys) => array_fill_keys($keys, 3)) -> {"b":3,"c":3}
  A: current(strata_status()["databases"]["default"])["unfenced"] -> 4
  A: database default: memcached NODE: set: SERVER_ERROR out of memory storing object (what remember() computes is not stored)
