--TEST--
objects: of every kind of class and graph, strata_get() gives what unserialize() makes of them, in each way and with each serializer
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways_and_serializers(comparing('compare_all_objects(); refuse_all_unstorable();'));
?>
--EXPECT--
all are right
nothing else was stored
