--TEST--
Named segment: of programs that start at one moment one makes the file, and all see each other's values
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/segment/apart.inc';
in_own_run();
echo created_at_once(10, 2)->told, "\n";
?>
--EXPECT--
2 times: 1 file, 0 values missed
