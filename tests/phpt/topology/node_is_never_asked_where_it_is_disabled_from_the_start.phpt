--TEST--
topology: a node that is disabled when PHP starts is never asked, though nobody has heard of it before
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
$file = topology_file("[default]\ndisabled = \"$node\"\n");
echo php(['strata.memcached' => "memcached://$node", 'strata.topology' => $file], '
    require "' . __DIR__ . '/../../support/show.inc";
    echo told((new Strata\Cache())->fetch("key")), "\n";
    $node = strata_status()["nodes"]["' . $node . '"];
    echo "$node[state], $node[connects] connects\n";
');
?>
--EXPECT--
error memcached (breaker_open)
forced_open, 0 connects
