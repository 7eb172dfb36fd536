--TEST--
Strata\Lock: a lock has one holder, until it gives it back, its time is over, or its process ends
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
?>
--INI--
--FILE--
<?php
require __DIR__ . '/../../support/locks.inc';

check_locks(new Strata\Cache());
?>
DONE
--EXPECT--
DONE
