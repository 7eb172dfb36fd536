<?php

/*
 * What fits into the memory of the local tier and of APCu, and what is found there again: strings of
 * 400 bytes, or of 128 bytes to 9 KB, small ones more often. Keys are the rarer the higher their
 * number (log-uniform over 50,000): local_memory.php [SEED]. The seed is that of the keys' chance.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

const KEYS = 50_000;
define('READS', is_quick() ? 100_000 : 600_000);
const WARM = 150_000;
const SHIFT_EVERY = ['shifting' => 200_000, 'fast' => 60_000]; /* reads */
const LIFE = 1; /* second, the shortest that APCu has */
const READS_A_LIFE = 100_000; /* where values end: the reads are paced */
const PACED = 1_000; /* reads that are made together */
const LOADED = 13_000;
define('LOOK_EVERY', is_noting() ? 1_000 : 100); /* reads; wipes are told by the number of entries */

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

function sized_value_of(int $number): string
{
    $part = hexdec(substr(md5("size $number"), 0, 8)) / 0xFFFFFFFF;
    return str_pad("value $number ", (int) (128 * 72 ** ($part ** 3)) - 118, md5("$number"));
}

/** Is read $i one of a key that never comes again? */
function is_scan(string $kind, int $i): bool
{
    return match ($kind) {
        'scans' => $i % 10 === 0,
        'bursts' => $i % 20_000 < 3_000,
        default => false,
    };
}

/** Waits until read $i is due. A cache that is too slow for that has fewer reads in a life. */
function pace(int $i, float $begun): void
{
    $early = $begun + $i / READS_A_LIFE * LIFE - microtime(true);
    $early > 0 && usleep((int) ($early * 1e6));
}

/** Reads, and stores what was missed. */
function hit_ratio(array $cache, string $kind, callable $value_of, int $seed): array
{
    mt_srand($seed);
    $hits = $reads = $wipes = $before = 0;
    $life = $kind === 'ending' ? [LIFE] : [];
    $begun = microtime(true);
    for ($i = 0; $i < WARM + READS; $i++) {
        $is_scan = is_scan($kind, $i);
        $shift = isset(SHIFT_EVERY[$kind]) ? intdiv($i, SHIFT_EVERY[$kind]) * 4_999 : 0;
        $life !== [] && $i % PACED === 0 && pace($i, $begun);
        $number = $is_scan ? $i : ((int) (KEYS ** (mt_rand() / mt_getrandmax())) + $shift) % KEYS;
        $key = "$kind:$value_of:" . ($is_scan ? 'scan:' : 'key:') . $number;
        $is_hit = is_string($cache['get']($key));
        $is_hit || $cache['set']($key, $value_of($number), ...$life);
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

/** Of so many that are stored one after the other. */
function count_loaded(array $cache): int
{
    for ($i = 0; $i < LOADED; $i++) {
        $cache['set']("loaded:$i", value_of($i));
    }
    return count(array_filter(range(0, LOADED - 1), fn(int $i) => is_string($cache['get']("loaded:$i"))));
}

$seed = (int) ($argv[1] ?? 1);
heading('local tier, ' . ini_get('strata.memory') . " of memory, strings of 400 bytes, seed $seed", 'APCu');
[$ours, $theirs] = array_map(bytes_per_entry(...), array_values($caches));
line('bytes used for one more entry', sprintf('%.0f', $ours), sprintf('%.0f', $theirs), $ours / $theirs, '<= 580', $ours);

$kinds = [
    'steady' => 'log-uniform keys',
    'scans' => 'and 10 % that never return',
    'shifting' => 'other keys each 200,000 reads',
    'fast' => 'other keys each 60,000 reads',
    'bursts' => '15 % of the time a scan',
    'ending' => 'values end after 100,000 reads',
];
$ending = ['equal' => '>= 0.80', 'mixed' => '>= 0.77'];
if (is_noting()) {
    unset($kinds['ending']);
}
$wipes = [0, 0];
foreach (['value_of' => 'equal', 'sized_value_of' => 'mixed'] as $value_of => $sizes) {
    foreach ($kinds as $kind => $words) {
        [$ours, $theirs] = array_map(fn($cache) => hit_ratio($cache, $kind, $value_of, $seed), array_values($caches));
        $goal = $kind === 'ending' ? $ending[$sizes] : goal_of("eviction.{$sizes}_$kind");
        [$our, $their] = array_map(fn($ratio) => sprintf('%.3f', $ratio), [$ours[0], $theirs[0]]);
        line("hit ratio, $sizes, $words", $our, $their, $ours[0] / $theirs[0], $goal, $ours[0]);
        $kind === 'ending' || note_figure("eviction.{$sizes}_$kind", [$ours[0]], ['ours' => $our, 'theirs' => $their]);
        line('  wipes', "$ours[1]", "$theirs[1]", $ours[1] / max(1, $theirs[1]), '<= 0', (float) $ours[1]);
        $wipes = [$wipes[0] + $ours[1], $wipes[1] + $theirs[1]];
        if ($kind === 'steady' && $sizes === 'equal') {
            line('  bytes of all memory for an entry', sprintf('%.0f', $ours[2]), sprintf('%.0f', $theirs[2]), $ours[2] / $theirs[2], '<= 580', $ours[2]);
        }
    }
}
note_figure('eviction.wipes', [$wipes[0]], ['ours' => "$wipes[0]", 'theirs' => "$wipes[1]"]);
if (is_noting()) {
    exit(0);
}
foreach (['strata', 'APCu'] as $name) {
    $name === 'strata' ? (new Strata\Cache())->clear() : apcu_clear_cache();
}
[$ours, $theirs] = array_map(count_loaded(...), array_values($caches));
line('found of 13,000 that were loaded', "$ours", "$theirs", $ours / max(1, $theirs), '>= 12900', (float) $ours);
