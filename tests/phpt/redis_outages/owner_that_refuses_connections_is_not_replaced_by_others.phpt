--TEST--
Redis Cluster: keys of a master that refuses connections are asked of no other one, with default settings
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
skip_without_own_cluster();
?>
--FILE--
<?php
require __DIR__ . '/unreachable.inc';
reach_for_a_master('refused');
?>
--EXPECTF--
strata: 0 wrong; its keys: breaker_open; others: hit
strata: 0 commands for its slots were sent to others
phpredis: %s
