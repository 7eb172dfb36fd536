--TEST--
Local tier alone: a stale value whose tags are outdated is served by none, and computed anew once
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.tag_ttl=100ms
--FILE--
<?php
require __DIR__ . '/../../support/tagged.inc';

check_stale_values(new Strata\Cache());
?>
--EXPECT--
strata: key "stale": what was stored before is served, since computing it failed: Exception: no
stale values are judged
