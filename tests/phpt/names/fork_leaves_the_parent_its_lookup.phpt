--TEST--
names: a fork in the middle of a lookup leaves the parent its answer, and the child waits for it like any process
--SKIPIF--
<?php
require __DIR__ . '/../../support/names.inc';
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_redis();
skip_without_fork();
skip_without_child();
skip_without_names();
?>
--FILE--
<?php
require __DIR__ . '/../../support/names.inc';
in_network_with_names(__DIR__ . '/forked.inc');
?>
--EXPECT--
the child ends
the name is not known yet
child: ok
parent: ok
asked no more than is due
the child goes on
the name is not known yet
child: ok
parent: ok
asked no more than is due
