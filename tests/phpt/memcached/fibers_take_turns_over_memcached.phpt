--TEST--
memcached: fibers that are suspended in the middle of operations do not disturb each other
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-fibers-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
--FILE--
<?php
require __DIR__ . '/../../support/fibers.inc';

echo take_turns(new Strata\Cache()), "\n";
?>
--EXPECT--
ok
