--TEST--
strata.zero_copy: of small values a process keeps those that it reads again, and keys of arrays only once
--SKIPIF--
<?php require __DIR__ . '/../../support/zero_copy.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

/* Thousands of keys of every length and of a few characters, so that many share a place. */
$values = <<<'CODE'
function value_of(int $i): array
{
    $own = str_repeat(chr(97 + $i % 26), $i % 80) . $i % 700;
    return ['id' => $i, $own => "own $i", 'a' => ['id' => "$i", 'id ' => 1, '' => 2], 'b' => ['a' => $i, 'Id' => 3]];
}
function wrong(int $count): int
{
    for ($wrong = $i = 0; $i < $count; $i++) {
        $wrong += strata_get("key $i") !== value_of($i);
    }
    return $wrong;
}
for ($i = 0; $i < 3000; $i++) { strata_set("key $i", value_of($i)); }
CODE;
in_all_ways($values . 'echo wrong(3000), wrong(3000), wrong(3000), wrong(3000), " wrong\n";');

echo php(['strata.zero_copy' => 'auto'], $values . <<<'CODE'
$kept = fn () => strata_status()['local']['memo'];
wrong(3000);
echo $kept(), " bytes kept\n";
/* A few share the place of their note with others, and are read once more or twice. */
for ($i = 0; $i < 500; $i++) { for ($read = 0; $read < 6; $read++) { strata_get("key $i"); } }
echo $kept() > 100_000 ? 'hundreds of values' : $kept(), " kept\n";
$before = memory_get_usage();
for ($i = 0; $i < 500; $i++) { $all[] = strata_get("key $i"); }
echo (memory_get_usage() - $before) < 20_000 ? 'the same' : 'other', " values again\n";
strata_set('key 0', ['id' => 'changed']);
echo strata_get('key 0')['id'], ' ', strata_get('key 0')['id'], ' ', $all[0]['id'], "\n";
CODE);

echo php(['strata.zero_copy' => 'off'], $values . <<<'CODE'
$value = strata_get('key 0');
$before = memory_get_usage();
for ($i = 0; $i < 100; $i++) { $all[] = strata_get('key 0'); }
echo (memory_get_usage() - $before) / 100 > 500 ? 'as many copies' : 'fewer copies', " as reads\n";
$all[0]['id'] = 'changed';
echo $all[1]['id'], ' ', strata_status()['local']['memo'], "\n";
CODE);
?>
--EXPECT--
0000 wrong
0 bytes kept
hundreds of values kept
the same values again
changed changed 0
as many copies as reads
0 0
