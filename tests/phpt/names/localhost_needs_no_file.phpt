--TEST--
names: localhost is this machine also where no hosts file says so, as in a root directory of its own; another name is not
--SKIPIF--
<?php
require __DIR__ . '/../../support/names.inc';
skip_without_names();
?>
--FILE--
<?php
require __DIR__ . '/../../support/names.inc';
in_network_with_names(__DIR__ . '/no_hosts.inc');
?>
--EXPECTF--
localhost: refused, 127.0.0.1
LocalHost: refused, 127.0.0.1
elsewhere.example: connection, {"addresses":[],%s}
