<?php
/*
 * tags.php SECONDS STORE FAULTS — run by run.sh tags. Eight processes of two hosts write, read and invalidate, while
 * nothing happens (none), numbers of tags are deleted from the servers (lost), servers stop for a moment (stop) or workers
 * are killed (kill): does any read give what a confirmed invalidation made old a second before?
 */

require __DIR__ . '/fleet.inc';
require __DIR__ . '/fleet_scenes.inc';
require __DIR__ . '/faults.inc';
require __DIR__ . '/tags.inc';

const TAGS = 6, EACH = 4;

try_under_faults($argv, 60, ['none', 'lost', 'stop', 'kill'], tags_at_random(...));

function tags_at_random(string $store, string $way, float $seconds): array
{
    [$servers, $ini] = store_of($store);
    $ini = ['strata.operation_timeout' => '200ms', 'strata.connect_timeout' => '200ms', 'strata.lease_wait' => '1s', 'strata.lease_ttl' => '1s'] + $ini;
    $folder = sys_get_temp_dir() . '/strata_tags_' . getmypid();
    mkdir($folder);
    new Truth("$folder/truth", TAGS + 1);
    $notes = new FleetNotes();
    $end = microtime(true) + 1 + $seconds;
    $work = 'require getenv("FLEET_SUPPORT") . "/../chaos/tags.inc";
        return in_children(' . EACH . ", function () { note('began'); return work_with_tags('$folder/truth', " . TAGS . ", $end); });";
    $hosts = [];
    foreach (['0', '5s'] as $local_ttl) {
        $hosts[] = new FleetHost(['strata.local_ttl' => $local_ttl] + $ini, $work, '', $notes->file);
    }
    $struck = $way === 'lost' ? lose_numbers(flat_servers($servers), $end) : inflict($way, $servers, $notes, $end);
    [$wrong, $sums] = answers_of($hosts, $way === 'kill');
    array_push($wrong, ...read_in_peace($ini, $folder, $notes));
    exec('rm -r ' . escapeshellarg($folder));
    return [$wrong, count($wrong) . " wrong, $struck faults; " . sums_in_words($sums)];
}

/** After the faults, on a host that begins anew. */
function read_in_peace(array $ini, string $folder, FleetNotes $notes): array
{
    usleep(500_000);
    $code = '$cache = new Strata\Cache(); $read = []; for ($tag = 0; $tag < ' . TAGS . '; $tag++) { for ($n = 0; $n < 3; $n++) {
        $read[] = [$tag, $cache->get("key $tag $n")]; } } return $read;';
    $reads = (new FleetHost(['strata.operation_timeout' => '5s'] + $ini, $code, '', $notes->file))->answer();
    $truth = new Truth("$folder/truth", TAGS + 1);
    $wrong = [];
    foreach ($reads ?? [] as [$tag, $read]) {
        foreach ($read === null ? [] : [$tag, TAGS] as $place => $of) {
            if ($read[$place] < $truth->of($of)[1]) {
                $wrong[] = "in the end a value has $read[$place] of tag $of, and {$truth->of($of)[1]} was confirmed";
            }
        }
    }
    return $reads === null ? ['the last host did not answer'] : $wrong;
}
