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

$seconds = (float) ($argv[1] ?? 20);
$stores = ($argv[2] ?? '') !== '' ? [$argv[2]] : ['both', 'redis', 'cluster', 'memcached'];
$ways = ($argv[3] ?? '') !== '' ? [$argv[3]] : ['none', 'kill', 'stop'];
[$passed, $failed] = [0, 0];
foreach ($stores as $store) {
    foreach ($ways as $way) {
        [$wrong, $told] = consistency($store, $way, $seconds);
        printf("%s %-10s %-5s %s\n", $wrong === [] ? 'ok    ' : 'FAILED', $store, $way, $told);
        foreach (array_slice($wrong, 0, 5) as $line) {
            echo "         $line\n";
        }
        $wrong === [] ? $passed++ : $failed++;
    }
}
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);

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
    [$wrong, $sums] = [[], []];
    foreach ($hosts as $host) {
        foreach ($host->answer() ?? [] as $answer) {
            if (is_array($answer)) {
                array_push($wrong, ...$answer[0]);
                foreach ($answer[1] as $name => $count) {
                    $sums[$name] = ($sums[$name] ?? 0) + $count;
                }
            } elseif ($way !== 'kill') {
                $wrong[] = 'a worker ended: ' . json_encode($answer);
            }
        }
    }
    array_push($wrong, ...in_peace($ini, $folder, $notes));
    exec('rm -r ' . escapeshellarg($folder));
    ksort($sums);
    return [$wrong, count($wrong) . " wrong, $faults faults; " . implode(', ', array_map(fn ($name, $count) => "$count $name", array_keys($sums), $sums))];
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
