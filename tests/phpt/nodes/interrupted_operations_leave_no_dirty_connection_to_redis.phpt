--TEST--
Redis: wherever an operation is when its request ends, however it ends, its connection is never used again and the next key is right
--SKIPIF--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/web.inc';
skip_without_fault_proxy();
skip_without_fork();
skip_without_web();
?>
--FILE--
<?php
require __DIR__ . '/interrupted.inc';
interrupt_everything('redis');
?>
--EXPECT--
all were held, 0 bytes over a connection that was held
