--TEST--
Strata\Cache: remember() keeps its lease when a child that was forked in the callback ends
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

echo strata_remember('key', 60, function () {
    $held = fn () => strata_status()['host']['leases'];
    echo $held(), "\n";
    echo in_child(fn () => strata_remember('other', 60, fn () => 'by the child') . ', holding ' . strata_status()['host']['leases']), "\n";
    echo $held(), "\n";
    return 'by the parent';
}), "\n";
var_dump(strata_get('other'), strata_status()['host']['leases']);
?>
--EXPECT--
1
by the child, holding 1
1
by the parent
string(12) "by the child"
int(0)
