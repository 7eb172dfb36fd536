--TEST--
Redis Cluster: a master that is stopped, and slots that nobody serves: no value is wrong, and all is well afterwards
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
skip_without_own_cluster();
?>
--FILE--
<?php
require __DIR__ . '/short.inc';

on_a_cluster(function (ClusterPhases $phases) {
    $phases->stopped_master(0.5);
    $phases->stopped_master(3);
    $phases->uncovered_slots(1.5);
});
?>
--EXPECT--
a master stopped for 0.5 s
a master stopped for 3.0 s
1000 slots that nobody serves
at the end
many values were looked at
