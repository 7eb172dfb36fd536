--TEST--
Named segment: processes of another size, pid namespace or time namespace have a file of their own under the same name
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
exec('unshare --pid --time --fork true 2>&1', $output, $code);
$code === 0 || exit('skip the kernel gives no pid and time namespaces here: ' . end($output));
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/segment/apart.inc';
in_own_run();
foreach (scenes_apart() as $name => $scene) {
    clean_run();
    $found = $scene();
    echo "$name: ", $found->is_well ? 'well' : $found->told, "\n";
}
?>
--EXPECT--
two sizes: well
two pid namespaces: well
two time namespaces: well
