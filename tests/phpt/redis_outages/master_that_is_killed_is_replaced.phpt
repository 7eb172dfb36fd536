--TEST--
Redis Cluster: a master that is killed, and was the only node configured, is replaced by its replica: no value is wrong, writes pass again
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
skip_without_own_cluster();
?>
--FILE--
<?php
require __DIR__ . '/short.inc';

/* All other nodes were found, and ask for the password as well. */
on_a_cluster(fn (ClusterPhases $phases) => $phases->killed_master(3), seeds: 1);
?>
--EXPECT--
a master killed and started again
at the end
many values were looked at
