--TEST--
topology: a database that gets servers asks them, and what the host stored alone before is gone when they leave it
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_memcached();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/topology.inc';

[$node] = servers_of('STRATA_TEST_MEMCACHED');
$file = topology_file('');
echo php([
    'strata.topology' => $file,
    'strata.namespace' => 'topology-' . getmypid(),
    'strata.local_ttl' => '1h',
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    require "' . __DIR__ . '/../../support/show.inc";
    [$node, $file] = ' . var_export([$node, $file], true) . ';

    $cache = new Strata\Cache();
    $cache->set("key", "alone");
    write_topology($file, "[default]\nmax_value = 1M");
    await_version(2);
    echo told($cache->fetch("key")), "\n";
    write_topology($file, "[default]\nmemcached = \"memcached://$node\"");
    await_version(3);
    echo told($cache->fetch("key")), "\n";
    $cache->set("key", "shared");
    echo told($cache->fetch("key")), "\n";
    write_topology($file, "");
    await_version(4);
    echo told($cache->fetch("key")), "\n";
    $cache->set("key", "alone again");
    echo told($cache->fetch("key")), "\n";
');
?>
--EXPECT--
hit local: 'alone'
miss memcached
hit local: 'shared'
miss local
hit local: 'alone again'
