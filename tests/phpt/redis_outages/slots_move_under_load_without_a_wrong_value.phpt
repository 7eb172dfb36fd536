--TEST--
Redis Cluster: slots that move to another master and back under load, or stay half moved: no value is wrong, none is lost
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
skip_without_own_cluster();
?>
--FILE--
<?php
require __DIR__ . '/short.inc';

on_a_cluster(function (ClusterPhases $phases) {
    $phases->moved_slots(1024);
    $phases->half_moved_slots(2, 512);
});
?>
--EXPECT--
1024 slots moved and back
512 slots half moved and left so
at the end
many values were looked at
