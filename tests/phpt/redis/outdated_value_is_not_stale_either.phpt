--TEST--
Three tiers: a stale value whose tags are outdated is served by none, and computed anew once
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); skip_without_memcached(); require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=redis-outdated-stale-${STRATA_TEST_RUN}
strata.local_ttl=60s
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/tagged.inc';

check_stale_values(new Strata\Cache());
?>
--EXPECT--
strata: key "stale": what was stored before is served, since computing it failed: Exception: no
stale values are judged
