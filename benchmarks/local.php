<?php

/*
 * The local tier against APCu: reads and counting, the same work in the same process (sets are in
 * local_sets.php, objects in local_objects.php). What is read for the first time comes last, because
 * with strata.zero_copy=on it stays in its place until the process ends.
 */

declare(strict_types=1);

const MANY = 60_000; /* keys, of which few lie in a cache of the processor */
const LISTS = 400;

require __DIR__ . '/bench.inc';

if (!function_exists('apcu_fetch') || !apcu_enabled()) {
    echo "local: skipped, APCu is not loaded\n";
    exit(0);
}

$values = [
    'an integer' => [12345, 'local.get_int'],
    'a string of 100 bytes' => [str_repeat('x', 100), 'local.get_100'],
    'a string of 4 KiB' => [str_repeat('y', 4096), 'local.get_4k'],
    'an array of 10' => [range(1, 10), null],
    'an array of 1000 rows' => [thousand_rows(), 'local.get_rows'],
];

$way = way();
heading("local tier, one process, strata.zero_copy=$way", 'APCu');
foreach ([0, 3600] as $ttl) {
    foreach ($values as $name => [$value, $goal]) {
        strata_set('bench', $value, $ttl > 0 ? $ttl : null);
        apcu_store('bench', $value, $ttl);
        $count = is_array($value) && count($value) > 100 ? 200 : 100_000;
        $work = "get $name" . ($ttl > 0 ? ', ttl of an hour' : '');
        $figure = $goal !== null && $ttl > 0 && $goal !== 'local.get_rows' ? "{$goal}_ttl" : $goal;
        compare($work, fn() => strata_get('bench'), fn() => apcu_fetch('bench'), $count, $figure);
    }
}
strata_set('counter', 0);
apcu_store('counter', 0);
compare('increment', fn() => strata_increment('counter'), fn() => apcu_inc('counter'), 100_000, 'local.increment');

$cache = new Strata\Cache();
$keys = array_map(fn($i) => "many:$i", range(1, 100));
$cache->setMultiple(array_fill_keys($keys, 'a value'));
apcu_store(array_fill_keys($keys, 'a value'));
compare('get 100 keys in one call', fn() => $cache->getMultiple($keys), fn() => apcu_fetch($keys), 4_000, 'local.many_hot');
compare('set 100 keys in one call', fn() => $cache->setMultiple(array_fill_keys($keys, 'a value')), fn() => apcu_store(array_fill_keys($keys, 'a value')), 1_000);

/* Each list is another one, so that most of what is looked at is in no cache of the processor. */
mt_srand(1);
for ($i = 0; $i < MANY; $i++) {
    strata_set("random:$i", 'a value');
    apcu_store("random:$i", 'a value');
}
$lists = [];
for ($i = 0; $i < LISTS; $i++) {
    $lists[] = array_map(fn() => 'random:' . mt_rand(0, MANY - 1), range(1, 100));
}
compare('get 100 random keys of 60,000', fn($i) => $cache->getMultiple($lists[$i]), fn($i) => apcu_fetch($lists[$i]), LISTS, 'local.many_random');
unset($lists);

/* Whatever the size, a hit is a hit: the peer here is an integer of our own. */
strata_set('rows', thousand_rows());
strata_set('integer', 12345);
compare('get 1000 rows, against an integer of ours', fn() => strata_get('rows'), fn() => strata_get('integer'), 100_000, 'local.rows_or_int');

/*
 * A new version of each before every round, that no round has read yet. More than a process may hold
 * in its place, so that copies are made here with strata.zero_copy=on too: see local_requests.php.
 */
$rows = thousand_rows();
$few = 8;
compare(
    'get an array of 1000 rows, first time',
    fn($i) => strata_get("rows:$i"),
    fn($i) => apcu_fetch("rows:$i"),
    $few,
    'local.first_copied',
    function () use ($rows, $few) {
        for ($i = 0; $i < $few; $i++) {
            strata_set("rows:$i", $rows);
            apcu_store("rows:$i", $rows);
        }
    }
);
if (is_noting()) {
    exit(0);
}
$different = array_map(fn($i) => ['id' => $i, 'name' => "name $i", 'tags' => ["tag $i", 'all'], 'on' => true], range(0, 9_999));
compare(
    'get 10,000 arrays, each for the first time',
    fn($i) => strata_get("fresh:$i"),
    fn($i) => apcu_fetch("fresh:$i"),
    10_000,
    $way === 'on' ? null : 1.0,
    function () use ($different) {
        foreach ($different as $i => $value) {
            strata_set("fresh:$i", $value);
            apcu_store("fresh:$i", $value);
        }
    }
);
