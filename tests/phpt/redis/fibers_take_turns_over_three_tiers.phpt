--TEST--
Redis: fibers that are suspended in the middle of operations do not disturb each other, in three tiers
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
skip_without_redis();
skip_without_memcached();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-fibers-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.local_ttl=1ms
--FILE--
<?php
require __DIR__ . '/../../support/fibers.inc';

echo take_turns(new Strata\Cache()), "\n";
?>
--EXPECT--
ok
