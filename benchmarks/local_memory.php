<?php

/*
 * What fits into the memory of the local tier and of APCu, and what is found there again: strings of
 * 400 bytes, keys that are the rarer the higher their number (log-uniform over 50,000).
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

const KEYS = 50_000;
const READS = 300_000;
const WARM = 100_000;
const LOOK_EVERY = 100; /* reads; wipes are told by the number of entries */

if (!function_exists('apcu_fetch') || !apcu_enabled()) {
    echo "local memory: skipped, APCu is not loaded\n";
    exit(0);
}

$caches = [
    'strata' => [
        'get' => fn(string $key) => strata_get($key),
        'set' => strata_set(...),
        'entries' => fn() => strata_status()['local']['entries'],
        'used' => fn() => strata_status()['local']['used'],
        'size' => strata_status()['local']['size'],
    ],
    'APCu' => [
        'get' => fn(string $key) => apcu_fetch($key),
        'set' => apcu_store(...),
        'entries' => fn() => apcu_cache_info(true)['num_entries'],
        'used' => fn() => apcu_sma_info(true)['seg_size'] - apcu_sma_info(true)['avail_mem'],
        'size' => apcu_sma_info(true)['seg_size'],
    ],
];

/** Another one for every key, so that nothing can be stored once for many. */
function value_of(int $number): string
{
    return str_pad("value $number ", 400, md5("$number"));
}

/** Bytes that one entry takes, from how much more is used for a few thousand. */
function bytes_per_entry(array $cache): float
{
    $used = $cache['used']();
    $entries = $cache['entries']();
    for ($i = 0; $i < 5_000; $i++) {
        $cache['set']("memory:$i", value_of($i));
    }
    return ($cache['used']() - $used) / ($cache['entries']() - $entries);
}

/** Reads, and stores what was missed. Every tenth read is of a key that never comes again if $scans. */
function hit_ratio(array $cache, bool $scans): array
{
    mt_srand(1);
    $hits = $reads = $wipes = $before = 0;
    for ($i = 0; $i < WARM + READS; $i++) {
        $is_scan = $scans && $i % 10 === 0;
        $number = $is_scan ? $i : (int) (KEYS ** (mt_rand() / mt_getrandmax()));
        $key = ($is_scan ? 'scan:' : 'key:') . $number;
        $is_hit = is_string($cache['get']($key));
        $is_hit || $cache['set']($key, value_of($number));
        if ($i >= WARM && !$is_scan) {
            $reads++;
            $hits += (int) $is_hit;
        }
        if ($i % LOOK_EVERY === 0) {
            $entries = $cache['entries']();
            $wipes += (int) ($entries * 2 < $before);
            $before = $entries;
        }
    }
    return [$hits / $reads, $wipes, $cache['size'] / max(1, $cache['entries']())];
}

heading('local tier, ' . ini_get('strata.memory') . ' of memory, strings of 400 bytes', 'APCu');
[$ours, $theirs] = array_map(bytes_per_entry(...), array_values($caches));
line('bytes used for one more entry', sprintf('%.0f', $ours), sprintf('%.0f', $theirs), $ours / $theirs, '<= 580', $ours);

foreach (['log-uniform keys' => false, 'the same, and 10 % that never return' => true] as $name => $scans) {
    [$ours, $theirs] = array_map(fn($cache) => hit_ratio($cache, $scans), array_values($caches));
    line("hit ratio, $name", sprintf('%.3f', $ours[0]), sprintf('%.3f', $theirs[0]), $ours[0] / $theirs[0], $scans ? '' : '>= 0.85', $ours[0]);
    line('  wipes', "$ours[1]", "$theirs[1]", $ours[1] / max(1, $theirs[1]), '<= 0', (float) $ours[1]);
    line('  bytes of all memory for an entry', sprintf('%.0f', $ours[2]), sprintf('%.0f', $theirs[2]), $ours[2] / $theirs[2], $scans ? '' : '<= 580', $ours[2]);
}
