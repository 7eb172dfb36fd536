<?php
/*
 * consistency.php SECONDS STORE FAULTS — run by run.sh consistency. Workers of three hosts read and change at random,
 * while some are killed (kill), servers are stopped for a moment (stop), or neither (none): does any read give what a
 * confirmed change made old? And when all is quiet again, do all hosts read what is true, or nothing?
 */

require __DIR__ . '/fleet.inc';
require __DIR__ . '/fleet_scenes.inc';
require __DIR__ . '/faults.inc';

const KEYS = 8, EACH = 3;

try_under_faults($argv, 20, ['none', 'kill', 'stop'], consistency(...));

function consistency(string $store, string $way, float $seconds): array
{
    [$servers, $ini] = store_of($store);
    $ini = ['strata.operation_timeout' => '200ms', 'strata.connect_timeout' => '200ms', 'strata.lease_wait' => '1s', 'strata.lease_ttl' => '1s',
        'strata.stale_on_error' => '0'] + $ini;
    $folder = sys_get_temp_dir() . '/strata_truth_' . getmypid();
    mkdir($folder);
    $notes = new FleetNotes();
    $end = microtime(true) + 1 + $seconds;
    $work = fn (float $bound) => 'require getenv("FLEET_SUPPORT") . "/../chaos/consistency.inc";
        return in_children(' . EACH . ", function () { note('began'); return work_at_random('$folder/truth', " . KEYS . ", $end, $bound); });";
    new_truth($folder);
    $hosts = [];
    foreach ([0, 0, 0.3] as $local_ttl) {
        $hosts[] = new FleetHost(['strata.local_ttl' => $local_ttl > 0 ? '200ms' : '0'] + $ini, $work($local_ttl), '', $notes->file);
    }
    $faults = inflict($way, $servers, $notes, $end);
    [$wrong, $sums] = answers_of($hosts, $way === 'kill');
    array_push($wrong, ...in_peace($ini, $folder, $notes));
    exec('rm -r ' . escapeshellarg($folder));
    return [$wrong, count($wrong) . " wrong, $faults faults; " . sums_in_words($sums)];
}

function new_truth(string $folder): void
{
    require_once __DIR__ . '/consistency.inc';
    new Truth("$folder/truth", KEYS);
}

/** After the faults, each key read on two hosts that begin anew. */
function in_peace(array $ini, string $folder, FleetNotes $notes): array
{
    usleep(500_000);
    $code = '$cache = new Strata\Cache(); return array_map(fn ($key) => $cache->get("key $key"), range(0, ' . (KEYS - 1) . '));';
    $reads = (new FleetHost(['strata.operation_timeout' => '5s'] + $ini, $code, '', $notes->file))->answer();
    $truth = new Truth("$folder/truth", KEYS);
    $wrong = [];
    foreach ($reads ?? [] as $key => $read) {
        if ($read !== null && $read < $truth->of($key)[1]) {
            $wrong[] = "in the end key $key is $read, and {$truth->of($key)[1]} was confirmed";
        }
    }
    return $reads === null ? ['the last host did not answer'] : $wrong;
}
