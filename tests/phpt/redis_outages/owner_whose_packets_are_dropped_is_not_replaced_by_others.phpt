--TEST--
Redis Cluster: keys of a master whose packets are dropped are asked of no other one, with default settings
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
skip_without_own_cluster();
skip_without_namespace();
?>
--FILE--
<?php
require __DIR__ . '/short.inc';
in_namespace(__DIR__ . '/unreachable.inc', 'dropped');
?>
--EXPECTF--
strata: 0 wrong; its keys: breaker_open; others: hit
strata: 0 commands for its slots were sent to others
phpredis: %s
