--TEST--
Redis: a lock is of the fleet; it ends with its request, unless its token was asked for, and with its host after its time
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

/* Each step is a request of its own. */
$server = new OwnServer('redis');
$memcached = new OwnServer('memcached');
$ini = ['strata.redis' => $server->dsn(), 'strata.memcached' => $memcached->dsn()];
$hosts = ['A' => new Host($ini), 'B' => new Host($ini)];

echo "the end of a request\n";
hosts_do($hosts, 'A: ($l = $cache->lock("x", 60))->acquire()', 'B: $cache->lock("x", 60)->acquire()', 'A: $l->isHeld()',
    'B: $cache->lock("x", 60)->acquire()');

echo "a token\n";
hosts_do($hosts, 'A: [($l = $cache->lock("y", 60, "t"))->acquire(), $l->token()]', 'A: [$l->isHeld(), $l->refresh()]',
    'B: $cache->lock("y", 60)->acquire()', 'B: [($m = $cache->lock("y", 60, "t"))->acquire(), $m->fence() > 0]',
    'A: [$l->refresh(), $cache->lock("y", 60)->acquire()]');

echo "nothing of it is in memcached, and nothing ends by clear()\n";
hosts_do($hosts, 'A: [($l = $cache->lock("z", 60))->acquire(), $cache->clear(), $l->refresh(), $l->release()]',
    'A: [($l = $cache->lock("z", 1, "t"))->acquire(), $l->token()]');
var_dump(memcached_read($memcached->name(), 'default:1:lock:z'), redis($server->name(), 'PTTL', 'default:1:lock:z') > 0);

echo "a server that forgets\n";
hosts_do($hosts, 'A: [($l = $cache->lock("f", 60, "t"))->acquire(), $l->token()]');
redis($server->name(), 'FLUSHALL');
hosts_do($hosts, 'B: [($m = $cache->lock("f", 60))->acquire(), $m->release()]', 'A: [$l->isHeld(), $l->refresh(), $l->isHeld()]',
    'A: strata_status()["databases"]["default"]["redis"]["locks_lost"]');

echo "a host that is killed\n";
hosts_do($hosts, 'A: $cache->lock("k", 2)->acquire()');
$hosts['A']->kill();
hosts_do($hosts, 'B: $cache->lock("k", 60)->acquire()', 'B: $cache->lock("k", 60)->acquire(10)');
?>
--EXPECT--
the end of a request
  A: ($l = $cache->lock("x", 60))->acquire() -> true
  B: $cache->lock("x", 60)->acquire() -> false
  A: $l->isHeld() -> false
  B: $cache->lock("x", 60)->acquire() -> true
a token
  A: [($l = $cache->lock("y", 60, "t"))->acquire(), $l->token()] -> [true,"t"]
  A: [$l->isHeld(), $l->refresh()] -> [true,true]
  B: $cache->lock("y", 60)->acquire() -> false
  B: [($m = $cache->lock("y", 60, "t"))->acquire(), $m->fence() > 0] -> [true,true]
  A: [$l->refresh(), $cache->lock("y", 60)->acquire()] -> [true,false]
nothing of it is in memcached, and nothing ends by clear()
  A: [($l = $cache->lock("z", 60))->acquire(), $cache->clear(), $l->refresh(), $l->release()] -> [true,true,true,true]
  A: [($l = $cache->lock("z", 1, "t"))->acquire(), $l->token()] -> [true,"t"]
NULL
bool(true)
a server that forgets
  A: [($l = $cache->lock("f", 60, "t"))->acquire(), $l->token()] -> [true,"t"]
  B: [($m = $cache->lock("f", 60))->acquire(), $m->release()] -> [true,true]
  A: [$l->isHeld(), $l->refresh(), $l->isHeld()] -> [true,false,false]
  A: strata_status()["databases"]["default"]["redis"]["locks_lost"] -> 1
a host that is killed
  A: $cache->lock("k", 2)->acquire() -> true
  B: $cache->lock("k", 60)->acquire() -> false
  B: $cache->lock("k", 60)->acquire(10) -> true
