<?php

/* The local tier against APCu: the same work in the same process. */

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

heading('local tier, one process', 'APCu');
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
