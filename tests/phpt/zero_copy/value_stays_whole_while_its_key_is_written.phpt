--TEST--
strata.zero_copy: what a request was handed stays as it was when its key is overwritten, deleted, and the heap filled over and over
--SKIPIF--
<?php require __DIR__ . '/../../support/zero_copy.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

in_all_ways(<<<'CODE'
$make = fn (int $n) => ['n' => $n, 'rows' => array_fill(0, 50, ["row $n", str_repeat(chr(65 + $n % 26), 40)])];
$held = [];
for ($i = 0; $i < 20; $i++) {
    strata_set("held $i", $make($i));
    $held[] = strata_get("held $i");
}
for ($i = 0; $i < 20; $i++) {
    $i % 2 ? strata_delete("held $i") : strata_set("held $i", 'something else');
}
for ($i = 0; $i < 1500; $i++) {
    strata_set("filler $i", $make($i + 7));
}
$wrong = 0;
foreach ($held as $i => $value) {
    $wrong += $value !== $make($i);
}
var_dump($wrong, strata_status()['local']['evicted'] > 100);
CODE, ['strata.memory' => '1M']);
?>
--EXPECT--
int(0)
bool(true)
