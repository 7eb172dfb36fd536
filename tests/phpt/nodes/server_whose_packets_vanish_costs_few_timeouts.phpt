--TEST--
memcached: one of six servers whose packets vanish costs 64 processes at most 70 timeouts, the others answer, and it is asked again once it is back
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
require __DIR__ . '/../../support/namespace.inc';
skip_without_own_server();
skip_without_fork();
skip_without_child();
skip_without_namespace();
?>
--FILE--
<?php
require __DIR__ . '/../../support/namespace.inc';
in_namespace(__DIR__ . '/blackhole.inc');
?>
--EXPECT--
0 wrong values
many gets
nothing of the server that vanished
nearly everything of the others
at most 70 timeouts of the host
closed, asked again
