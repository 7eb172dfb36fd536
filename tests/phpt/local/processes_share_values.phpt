--TEST--
Strata\Cache: what one process of a host writes, deletes or clears, the others see
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.databases=a
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$rows = array_map(fn ($i) => ['id' => $i, 'text' => str_repeat('x', $i)], range(1, 300));
strata_set('from the parent', $rows);
strata_set('to be deleted', 1);
$cleared = new Strata\Cache('a');
$cleared->set('to be cleared', 1);

[$one, $two] = in_children(2, function (int $child) use ($rows, $cleared) {
    strata_set("from child $child", [$child => $rows]);
    if ($child === 0) {
        strata_delete('to be deleted');
        $cleared->clear();
    }
    return strata_get('from the parent') === $rows;
});
var_dump($one, $two);
var_dump(strata_get('from child 0') === [0 => $rows], strata_get('from child 1') === [1 => $rows]);
var_dump(strata_has('to be deleted'), $cleared->has('to be cleared'));
var_dump(in_child(fn () => strata_get('from child 1') === [1 => $rows]));
var_dump(strata_status()['host']['shared']);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
bool(false)
bool(false)
bool(true)
bool(true)
