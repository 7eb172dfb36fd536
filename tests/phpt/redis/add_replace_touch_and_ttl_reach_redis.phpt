--TEST--
Redis: add(), replace() and touch() are decided there, and ends of life are kept there
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-modes-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$left = fn () => redis(getenv('STRATA_TEST_REDIS'), 'PTTL', remote_key('key')) / 1000;
$near = fn ($ttl, $wanted) => $ttl <= $wanted && $ttl > $wanted - 30;
var_dump($cache->replace('key', 1), $cache->touch('key', 60), $cache->has('key'));
var_dump($cache->add('key', [2], 100), $cache->add('key', 3), $cache->get('key') === [2]);
var_dump($near($left(), 100), $near($cache->fetch('key')->ttl, 100));
var_dump($cache->touch('key', 1000), $near($left(), 1000), $near($cache->fetch('key')->ttl, 1000), $cache->get('key') === [2]);
var_dump($cache->touch('key'), $left() < 0, $cache->fetch('key')->ttl);
var_dump($cache->replace('key', 4, 2000), $cache->get('key'), $near($left(), 2000));
var_dump($cache->set('key', 5), $left() < 0, $cache->set('key', 5, 0), $cache->has('key'));
$cache->set('short', 'value', 1);
$cache->set('touched', 'value', 1);
$cache->touch('touched', 60);
usleep(1100000);
var_dump($cache->has('short'), $cache->get('touched'));
?>
--EXPECT--
bool(false)
bool(false)
bool(false)
bool(true)
bool(false)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
NULL
bool(true)
int(4)
bool(true)
bool(true)
bool(true)
bool(true)
bool(false)
bool(false)
string(5) "value"
