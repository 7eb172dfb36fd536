--TEST--
Redis: SIGKILL: whatever a worker was doing, one at a time holds the lock, and nobody waits for the dead
--EXTENSIONS--
posix
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_redis();
skip_without_fork();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-locks-killed-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../chaos/locks.inc';

check_killed_holders(200);
?>
--EXPECT--
0 intruders, 0 late, 0 lost, 0 refused, 0 wrong fences
done, with kills inside, and no long wait: true
