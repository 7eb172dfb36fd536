--TEST--
Named segment: bytes that change while no process runs lead to misses, never to a wrong value or a crash
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/segment/flips.inc';
in_own_run();
$found = flipped(1000);
echo $found->is_well ? "well\n" : "$found->told\n";
?>
--EXPECT--
well
