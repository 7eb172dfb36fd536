--TEST--
SIGKILL: whatever a worker was doing, one at a time holds the lock, and nobody waits for the dead
--EXTENSIONS--
posix
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--FILE--
<?php
require __DIR__ . '/../../chaos/locks.inc';

check_killed_holders(200);
?>
--EXPECT--
0 intruders, 0 late, 0 lost, 0 refused, 0 wrong fences
done, with kills inside, and no long wait: true
