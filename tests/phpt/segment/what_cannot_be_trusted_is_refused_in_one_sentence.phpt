--TEST--
Named segment: files and folders that cannot be trusted are refused in one sentence, and PHP goes on with memory of its own
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/segment/planted.inc';
in_own_run();
foreach (scenes_planted() as $name => $scene) {
    clean_run();
    $found = $scene();
    $found->is_well || print "$name: $found->told\n";
}
?>
done
--EXPECT--
done
