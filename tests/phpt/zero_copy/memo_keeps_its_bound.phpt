--TEST--
strata.zero_copy: with little memory_limit the copies that a process keeps stay within an eighth of it, and never in the way
--SKIPIF--
<?php require __DIR__ . '/../../support/zero_copy.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

/* One string of an image may become hundreds in the copy; and of tiny values the table itself is the larger part. */
$parts = [
    'one string often' => <<<'CODE'
        for ($i = 0; $i < 200; $i++) { $strings[] = str_repeat(chr(65 + $i % 26), 1000) . $i; }
        for ($i = 0; $i < 4000; $i++) { $value[] = $strings[$i * 7 % 200]; }
        for ($k = 0; $k < 20; $k++) { strata_set("key $k", $value); }
CODE,
    'tiny values' => 'for ($k = 0; $k < 60000; $k++) { strata_set("key $k", "v$k"); }',
    'long keys' => 'for ($k = 0; $k < 600; $k++) { strata_set("key $k" . str_repeat("k", 60000), "v$k"); }',
    'new versions' => 'for ($k = 0; $k < 2000; $k++) { strata_set("key 0", str_repeat("x", 20000)); strata_get("key 0"); }',
    'too large for it' => 'for ($k = 0; $k < 5; $k++) { strata_set("key $k", str_repeat("x", 5_000_000)); }',
];
foreach ($parts as $name => $store) {
    echo $name, ': ', php(['strata.memory' => '64M', 'memory_limit' => '32M'], $store . <<<'CODE'
        unset($strings, $value);
        $before = memory_get_usage();
        for ($most = $told = 0, $i = 0; $i < $k; $i++) {
            strata_get("key $i") ?? strata_get("key $i" . str_repeat('k', 60000));
            $most = max($most, memory_get_usage() - $before);
            $told = max($told, $i % 500 === 0 ? strata_status()['local']['memo'] : 0);
        }
        echo $most < 8 << 20 ? 'little' : "$most bytes", ', ', $told <= 4 << 20 ? 'as told' : "$told told", "\n";
CODE);
}
?>
--EXPECT--
one string often: little, as told
tiny values: little, as told
long keys: little, as told
new versions: little, as told
too large for it: little, as told
