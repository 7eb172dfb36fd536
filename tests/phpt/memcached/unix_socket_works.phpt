--TEST--
memcached: a server on a unix socket is named by its path
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_server('STRATA_TEST_MEMCACHED_SOCKET', 'memcached'); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_SOCKET_DSN}"
strata.namespace=socket-${STRATA_TEST_RUN}
strata.local_ttl=0
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
var_dump($cache->set('key', ['value']), $cache->get('key') === ['value'], $cache->increment('count', 3));
$found = $cache->fetch('key');
echo $found->tier->value, ' ', var_export($found->node === getenv('STRATA_TEST_MEMCACHED_SOCKET'), true), "\n";
var_dump(array_keys(strata_status()['nodes']) === [getenv('STRATA_TEST_MEMCACHED_SOCKET')]);
?>
--EXPECT--
bool(true)
bool(true)
int(3)
memcached true
bool(true)
