<?php

/*
 * The local tier against APCu: the same work in the same process. What is read for the first time
 * comes last, because with strata.zero_copy=on it stays in its place until the process ends.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

if (!function_exists('apcu_fetch') || !apcu_enabled()) {
    echo "local: skipped, APCu is not loaded\n";
    exit(0);
}

$values = [
    'an integer' => [12345, 0.40],
    'a string of 100 bytes' => [str_repeat('x', 100), 0.40],
    'a string of 4 KiB' => [str_repeat('y', 4096), null],
    'an array of 10' => [range(1, 10), null],
    'an array of 1000 rows' => [thousand_rows(), 0.001],
];

$way = way();
heading("local tier, one process, strata.zero_copy=$way", 'APCu');
foreach ($values as $name => [$value, $goal]) {
    strata_set('bench', $value);
    apcu_store('bench', $value);
    $count = is_array($value) && count($value) > 100 ? 200 : 100_000;
    compare("get $name", fn() => strata_get('bench'), fn() => apcu_fetch('bench'), $count, $goal);
}
foreach ($values as $name => [$value]) {
    $count = is_array($value) && count($value) > 100 ? 200 : 50_000;
    $goal = is_array($value) && count($value) > 100 ? 0.8 : 1.0;
    compare("set $name", fn() => strata_set('bench', $value), fn() => apcu_store('bench', $value), $count, $goal);
}
strata_set('counter', 0);
apcu_store('counter', 0);
compare('increment', fn() => strata_increment('counter'), fn() => apcu_inc('counter'), 100_000, 0.7);

$cache = new Strata\Cache();
$keys = array_map(fn($i) => "many:$i", range(1, 100));
$cache->setMultiple(array_fill_keys($keys, 'a value'));
apcu_store(array_fill_keys($keys, 'a value'));
compare('get 100 keys in one call', fn() => $cache->getMultiple($keys), fn() => apcu_fetch($keys), 2_000);
compare('set 100 keys in one call', fn() => $cache->setMultiple(array_fill_keys($keys, 'a value')), fn() => apcu_store(array_fill_keys($keys, 'a value')), 1_000);

/* Whatever the size, a hit is a hit: the peer here is an integer of our own. */
strata_set('rows', thousand_rows());
strata_set('integer', 12345);
compare('get 1000 rows, against an integer of ours', fn() => strata_get('rows'), fn() => strata_get('integer'), 100_000, 2.0);

/* A new version of each before every round: nobody has read it yet. */
$rows = thousand_rows();
$few = 8;
compare(
    'get an array of 1000 rows, first time',
    fn($i) => strata_get("rows:$i"),
    fn($i) => apcu_fetch("rows:$i"),
    $few,
    $way === 'on' ? 0.001 : 1.0,
    function () use ($rows, $few) {
        for ($i = 0; $i < $few; $i++) {
            strata_set("rows:$i", $rows);
            apcu_store("rows:$i", $rows);
        }
    }
);
$different = array_map(fn($i) => ['id' => $i, 'name' => "name $i", 'tags' => ["tag $i", 'all'], 'on' => true], range(0, 9_999));
compare(
    'get 10,000 arrays, each for the first time',
    fn($i) => strata_get("fresh:$i"),
    fn($i) => apcu_fetch("fresh:$i"),
    10_000,
    null,
    function () use ($different) {
        foreach ($different as $i => $value) {
            strata_set("fresh:$i", $value);
            apcu_store("fresh:$i", $value);
        }
    }
);
