--TEST--
Redis: a lock has one holder, until it gives it back, its time is over, or its process ends
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_redis();
skip_without_fork();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=redis-locks-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/locks.inc';

check_locks(new Strata\Cache());
?>
DONE
--EXPECT--
DONE
