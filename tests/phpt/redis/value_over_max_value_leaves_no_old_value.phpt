--TEST--
Redis: a value over strata.max_value is refused, leaves no old one behind, and none that large is accepted
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-large-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
strata.max_value=64K
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$cache->set('key', 'old');
var_dump($cache->set('key', str_repeat('x', 65536 - 64)), $cache->set('key', str_repeat('x', 65537)));
echo told($cache->fetch('key')), "\n";
$cache->setMultiple(['before' => 1, 'key' => 'old', 'after' => 2]);
var_dump($cache->setMultiple(['before' => 3, 'key' => str_repeat('x', 65537), 'after' => 4]));
echo json_encode($cache->getMultiple(['before', 'key', 'after'])), "\n";
redis(getenv('STRATA_TEST_REDIS'), 'SET', remote_key('huge'), str_repeat('x', 1 << 20));
echo told($cache->fetch('huge')), ', ', told($cache->fetch('none')), "\n";
?>
--EXPECTF--
Warning: Strata\Cache::set(): database default: a value of 65537 bytes, and strata.max_value is 65536 in %s on line %d
bool(true)
bool(false)
miss redis
bool(false)
{"before":3,"key":null,"after":4}
error redis (too_large), miss redis
