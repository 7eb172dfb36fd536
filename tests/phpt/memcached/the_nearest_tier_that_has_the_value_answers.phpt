--TEST--
memcached: this host's copy answers first, another host asks memcached and then has a copy too
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=nearest-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$cache->set('key', ['value'], 1000);
echo told($cache->fetch('key')), "\n";
echo on_another_host('require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    for ($i = 0; $i < 2; $i++) {
        $found = $cache->fetch("key");
        echo told($found), " ", $found->ttl > 900, " ", $found->age >= 0, "\n";
    }
    $cache->set("key", "by the other host");
    $cache->delete("deleted by the other host");
');
echo told($cache->fetch('key')), "\n";

foreach (servers_of('STRATA_TEST_MEMCACHED') as $server) {
    memcached($server, 'md ' . base64_encode(remote_key('key')) . " b\r\n");
}
echo told($cache->fetch('key')), "\n";
$cache->delete('key');
echo told($cache->fetch('key')), "\n";
?>
--EXPECT--
hit local: array (
  0 => 'value',
)
hit memcached: array (
  0 => 'value',
) 1 1
hit local: array (
  0 => 'value',
) 1 1
hit local: array (
  0 => 'value',
)
hit local: array (
  0 => 'value',
)
miss memcached
