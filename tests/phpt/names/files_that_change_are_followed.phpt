--TEST--
names: hosts file and resolv.conf are followed when they change, and a name server that does not answer is left for the next one
--SKIPIF--
<?php
require __DIR__ . '/../../support/names.inc';
require __DIR__ . '/../../support/servers.inc';
skip_without_redis();
skip_without_child();
skip_without_names();
?>
--FILE--
<?php
require __DIR__ . '/../../support/names.inc';
in_network_with_names(__DIR__ . '/files.inc');
?>
--EXPECT--
the name server
127.0.0.2: followed
the hosts file comes first
127.0.0.3: followed
it says otherwise
127.0.0.4: followed
it says nothing any more
127.0.0.2: followed
another name server
127.0.0.3: followed
