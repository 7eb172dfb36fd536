--TEST--
Redis Cluster: no verb takes a placeholder for a value, and what is none is taken over once
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_cluster(); ?>
--INI--
strata.redis="${STRATA_TEST_CLUSTER_DSN}"
strata.namespace=cluster-placeholder-${STRATA_TEST_RUN}
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

check_placeholders(
    new Strata\Cache(),
    fn (string $key) => cluster('GET', remote_key($key)),
    fn (string $key, string $bytes) => cluster('SET', remote_key($key), $bytes, 'PX', '600000'),
);
?>
--EXPECT--
