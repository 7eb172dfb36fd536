--TEST--
Named segment: what a program on the command line deletes, workers of php-fpm read no more, also while they compute it
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/segment/scenes.inc';
in_own_run();
echo deleted(60, 20)->told, "\n";
?>
--EXPECT--
60 deleted, 3 by programs of their own: 0 old or missing values afterwards, 0 not confirmed
