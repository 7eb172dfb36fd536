--TEST--
Named segment: processes whose file was removed serve nothing of it and store nothing, say so once, and others have a new one
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/segment/planted.inc';
in_own_run();
$found = removed_meanwhile();
echo $found->is_well ? 'well' : $found->told, "\n";
?>
--EXPECT--
well
