--TEST--
Redis: whatever happens to a reply on its way, no verb returns a wrong value, and the next key is read right
--SKIPIF--
<?php
require __DIR__ . '/../support/fault_proxy.inc';
require __DIR__ . '/../support/php.inc';
skip_without_fault_proxy();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../support/fault_proxy.inc';
require __DIR__ . '/../support/php.inc';

$server = new OwnServer('redis');
$proxy = new FaultProxy($server);
$ini = ['strata.redis' => $proxy->dsn(), 'strata.memory' => '0', 'strata.operation_timeout' => '50ms', 'strata.request_budget' => '0',
    'strata.connect_rate' => '10000'];
echo php($ini, '
    require "' . __DIR__ . '/faults.inc";
    (new Faults(new FaultControl("' . $proxy->control . '"), "redis"))->run();
');
?>
--EXPECT--
0 wrong
