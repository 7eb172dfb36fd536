--TEST--
Redis: a lock whose answer is lost is taken back; what fails or is no lock is said
--SKIPIF--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fault_proxy();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/hosts.inc';

$server = new OwnServer('redis');
$there = fn (string $name) => print(json_encode(redis($server->name(), 'EXISTS', "default:1:lock:$name")) . " at the server\n");

echo "the answer is lost\n";
$proxy = new FaultProxy($server);
$host = new Host(['strata.redis' => $proxy->dsn(), 'strata.operation_timeout' => '400ms']);
$host->ask('$cache->lock("first", 60)->acquire()');
$proxy->arm('hold', 0, 'lock:a');
hosts_do(['A' => $host], 'A: $cache->lock("a", 60)->acquire()');
$there('a');
$proxy->clear();
hosts_do(['A' => $host], 'A: $cache->lock("a", 60)->acquire()');
$there('a');

echo "nothing answers\n";
foreach (['degrade', 'throw'] as $on_error) {
    $dead = ['A' => new Host(['strata.redis' => 'redis://127.0.0.1:1', 'strata.on_error' => $on_error])];
    hosts_do($dead, 'A: ($l = $cache->lock("c", 60))->acquire(5)', 'A: $l->release()',
        'A: strata_status()["databases"]["default"]["redis"]["locks_acquired"]');
}

echo "no lock\n";
redis($server->name(), 'SET', 'default:1:lock:d', 'something else');
redis($server->name(), 'RPUSH', 'default:1:lock:e', 'a list');
hosts_do(['A' => $host], 'A: $cache->lock("d", 60)->acquire(5)', 'A: $cache->lock("e", 60)->acquire(5)');
?>
--EXPECTF--
the answer is lost
  A: $cache->lock("a", 60)->acquire() -> false
0 at the server
  A: $cache->lock("a", 60)->acquire() -> true
1 at the server
nothing answers
  A: ($l = $cache->lock("c", 60))->acquire(5) -> false
  A: $l->release() -> false
  A: strata_status()["databases"]["default"]["redis"]["locks_acquired"] -> 0
  A: ($l = $cache->lock("c", 60))->acquire(5) -> "Strata\\ConnectionException: database default: %s"
  A: $l->release() -> false
  A: strata_status()["databases"]["default"]["redis"]["locks_acquired"] -> 0
no lock
  A: $cache->lock("d", 60)->acquire(5) -> "Strata\\SerializationException: %s"
  A: $cache->lock("e", 60)->acquire(5) -> "Strata\\SerializationException: %s"
