--TEST--
Strata\Cache: get() while others write the same keys returns whole values, of one write each
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.memory=1M
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$answers = in_children(4, function (int $child) {
    mt_srand($child);
    $wrong = $read = 0;
    /* A reader goes on until it has met a writer's values. */
    for ($i = 0; $i < 4000 || ($child >= 2 && $read === 0 && $i < 5_000_000); $i++) {
        $key = 'key ' . mt_rand(0, 9);
        if ($child < 2) {
            $size = mt_rand(0, 2000);
            strata_set($key, [$key, $size, str_repeat(chr(65 + $size % 26), $size)]);
            mt_rand(0, 20) === 0 && strata_delete($key);
        } elseif (($value = strata_get($key)) !== null) {
            [$of, $size, $text] = $value;
            $read++;
            $wrong += $of !== $key || $text !== str_repeat(chr(65 + $size % 26), $size);
        }
    }
    return [$read > 0 || $child < 2, $wrong];
});
echo json_encode($answers), "\n";
?>
--EXPECT--
[[true,0],[true,0],[true,0],[true,0]]
