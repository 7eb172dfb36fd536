--TEST--
memcached: no verb takes a placeholder for a value, and what is none is taken over once
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-placeholder-${STRATA_TEST_RUN}
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

$homes = [];
$read = function (string $key) use (&$homes): ?string {
    foreach (servers_of('STRATA_TEST_MEMCACHED') as $server) {
        $bytes = memcached_read($server, remote_key($key));
        if ($bytes !== null) {
            $homes[$key] = $server;
            return $bytes;
        }
    }
    return null;
};
$write = function (string $key, string $bytes) use (&$homes): void {
    memcached_write($homes[$key], remote_key($key), $bytes);
};
check_placeholders(new Strata\Cache(), $read, $write);
?>
--EXPECT--
