--TEST--
Strata\Cache: increment() in four processes at once loses nothing and returns no number twice
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$numbers = in_children(4, function (int $child) {
    $seen = [];
    for ($i = 0; $i < 5000; $i++) {
        $seen[] = strata_increment('up');
        strata_decrement('down', 2);
        strata_increment("own $child");
    }
    return $seen;
});
var_dump(strata_get('up'), strata_get('down'));
var_dump(count(array_unique(array_merge(...$numbers))), max(array_merge(...$numbers)));
foreach ($numbers as $child => $seen) {
    $sorted = $seen;
    sort($sorted);
    var_dump(strata_get("own $child"), $sorted === $seen);
}
?>
--EXPECT--
int(20000)
int(-40000)
int(20000)
int(20000)
int(5000)
bool(true)
int(5000)
bool(true)
int(5000)
bool(true)
int(5000)
bool(true)
