--TEST--
Named segment: a process of root takes no value from it, and can store and delete
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
?>
--FILE--
<?php
require __DIR__ . '/../../support/segment.inc';
in_own_run();

$ini = ['strata.memory' => '4M', 'strata.segment_mode' => '0660', 'strata.segment_group' => 'www-data'];
$work = 'echo json_encode([strata_set("key", ["a", "value"]), strata_get("key"), strata_delete("key"), strata_has("key"),'
    . ' strata_remember("computed", 60, fn () => "anew"), strata_remember("computed", 60, fn () => "and anew")]), "\n";';
echo 'root: ', php_on(SEGMENT, $work, $ini, []);
echo 'www-data: ', php_on(SEGMENT, $work, $ini);
echo 'root again: ', php_on(SEGMENT, $work, $ini, []);
[$file] = segment_files(SEGMENT);
printf("%s %o %s\n", preg_replace('/[0-9a-f]{16}/', 'STAMP', $file), fileperms("/run/strata/$file") & 07777, trim(shell_exec("stat -c %U:%G /run/strata/$file")));
?>
--EXPECT--
root: [true,null,true,false,"anew","and anew"]
www-data: [true,["a","value"],true,false,"anew","anew"]
root again: [true,null,true,false,"anew","and anew"]
www.STAMP 660 root:www-data
