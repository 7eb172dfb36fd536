--TEST--
Local tier alone: what is outdated is none to any verb, and what is not keeps its tags
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.tag_ttl=100ms
--FILE--
<?php
require __DIR__ . '/../../support/tagged.inc';

check_tagged(new Strata\Cache(), null);
?>
--EXPECT--
20 verbs, 3 ways
tags are kept
counts are right
