--TEST--
strata.local_ttl: this host's copy ends after it, and memcached is asked again
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=copy-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=200ms
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$cache->set('key', 'old', 1000);
$cache->set('other', 'kept', 1000);
on_another_host('strata_set("key", "new");');
usleep(210000);
echo told($cache->fetch('key')), "\n", told($cache->fetch('other')), "\n";
?>
--EXPECT--
hit memcached: 'new'
hit memcached: 'kept'
