--TEST--
Redis Cluster: replicas that take over as planned, under load: no value is wrong, none is undone, and redirects end
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
skip_without_own_cluster();
?>
--FILE--
<?php
require __DIR__ . '/short.inc';

on_a_cluster(fn (ClusterPhases $phases) => $phases->planned_failovers(6, 2));
?>
--EXPECT--
planned failover every 2 s
at the end
many values were looked at
