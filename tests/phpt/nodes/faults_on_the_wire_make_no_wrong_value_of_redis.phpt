--TEST--
Redis: whatever happens to a reply on its way, no verb returns a wrong value, and the next key is read right
--SKIPIF--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fault_proxy();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/faults.inc';
try_all_faults('redis');
?>
--EXPECT--
all faults were tried
