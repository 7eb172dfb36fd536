--TEST--
Redis: no verb takes a placeholder for a value, and what is none is taken over once
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-placeholder-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.lease_wait=200ms
strata.local_ttl=0
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/placeholders.inc';

$server = getenv('STRATA_TEST_REDIS');
check_placeholders(
    new Strata\Cache(),
    fn (string $key) => redis($server, 'GET', remote_key($key)),
    fn (string $key, string $bytes) => redis($server, 'SET', remote_key($key), $bytes, 'PX', '600000'),
);
?>
--EXPECT--
