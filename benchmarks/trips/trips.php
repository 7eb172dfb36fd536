<?php
/*
 * Starts servers, has measure.php make its trips with them, and prints what each of them passes: trips.php SO [TRIP]. With
 * the name of a trip its calls are printed instead.
 */

declare(strict_types=1);

require __DIR__ . '/recording.inc';
require __DIR__ . '/../../tests/support/rows.inc';
require __DIR__ . '/../../tests/lint/house.inc';
require __DIR__ . '/../../tests/support/own_cluster.inc';
require __DIR__ . '/../../tests/support/php.inc';

/** Gives the key that ends in :moved, and its slot, to the next master behind strata's back. */
function move(OwnCluster $cluster): void
{
    foreach ($cluster->nodes as $number => $node) {
        foreach (redis($node->name(), 'KEYS', '*:moved') as $key) {
            $to = $cluster->nodes[($number + 1) % count($cluster->nodes)];
            $value = redis($node->name(), 'GET', $key);
            redis($node->name(), 'DEL', $key);
            $cluster->move(redis($node->name(), 'CLUSTER', 'KEYSLOT', $key), $to);
            redis($to->name(), 'SET', $key, $value);
            return;
        }
    }
}

/** Has the recordings made in this folder. False, with the cause printed, when that fails. */
function make_trips(string $so, string $folder): bool
{
    $front = array_map(fn () => new OwnServer('memcached'), range(1, 2));
    $cluster = new OwnCluster(3);
    $memcached = 'memcached://' . implode(',', array_map(fn ($server) => $server->name(), $front));
    $ini = ['extension' => $so, 'display_errors' => 'stderr', 'opcache.enable_cli' => '0', 'strata.databases' => 'front,cluster,tiers',
        'strata.operation_timeout' => '5s', 'strata.request_budget' => '0',
        'strata.front.memcached' => $memcached, 'strata.front.local_ttl' => '0',
        'strata.cluster.redis' => $cluster->dsn(), 'strata.cluster.local_ttl' => '0',
        'strata.tiers.memcached' => $memcached, 'strata.tiers.redis' => $cluster->dsn()];
    $command = [PHP_BINARY, '-n', '-d', 'extension=ffi', ...directives($ini), __DIR__ . '/measure.php', $folder, $so];
    $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $pipes);
    while (fgets($pipes[1]) === "moved\n") {
        move($cluster);
        fwrite($pipes[0], "done\n");
    }
    return proc_close($process) === 0;
}

/** The recordings of each trip, that of the middle by its calls: now and then one meets what is due once a second. */
function middle_of(array $recordings): Recording
{
    usort($recordings, fn ($a, $b) => count($a->calls) <=> count($b->calls));
    return $recordings[intdiv(count($recordings), 2)];
}

function print_table(array $trips, Ranks $ranks): void
{
    $row = "%-24s %6s %10s %6s %6s %12s %7s\n";
    printf($row, 'trip, warm, one operation', 'calls', 'functions', 'files', 'depth', 'clock reads', 'upward');
    foreach ($trips as $name => $trip) {
        printf($row, $name, count($trip->calls), count($trip->functions()), count($trip->modules()), $trip->depth(), $trip->clock_reads,
            count($trip->upward($ranks)));
    }
    foreach ($trips as $name => $trip) {
        foreach (array_unique($trip->upward($ranks)) as $call) {
            echo "upward in $name: $call\n";
        }
    }
}

function print_calls(Recording $trip): void
{
    foreach ($trip->calls as [$depth, $function, $file]) {
        echo str_repeat('  ', $depth - 1), "$file:$function\n";
    }
}

/** Recordings by trip and number, in the order of the trips. @return array<string, Recording[]> */
function read_recordings(string $folder, string $so): array
{
    $symbols = new Symbols($so);
    $trips = [];
    foreach (glob("$folder/*") as $path) {
        [, $name] = explode('.', basename($path));
        $trips[$name][] = new Recording($path, $symbols);
        unlink($path);
    }
    return $trips;
}

/** Of a trip of this name, one figure of each recording. */
function note_trips(string $name, array $recordings): void
{
    note_figure("trips.{$name}_clocks", array_map(fn ($trip) => $trip->clock_reads, $recordings));
    note_figure("trips.{$name}_files", array_map(fn ($trip) => count($trip->modules()), $recordings));
}

[, $so] = $argv;
$folder = sys_get_temp_dir() . '/strata_trips_' . getmypid();
mkdir($folder);
$made = make_trips($so, $folder);
$recordings = read_recordings($folder, $so);
$trips = array_map(middle_of(...), $recordings);
rmdir($folder);
if (!$made) {
    exit(1);
}
note_trips('memcached', $recordings['memcached get']);
note_trips('cluster', $recordings['cluster get']);
$ranks = new Ranks();
$wanted = $argv[2] ?? null;
if ($wanted === null) {
    print_table($trips, $ranks);
} elseif (isset($trips[$wanted])) {
    print_calls($trips[$wanted]);
} else {
    echo 'no such trip; there are: ', implode('; ', array_keys($trips)), "\n";
    exit(2);
}
exit(array_filter($trips, fn ($trip) => $trip->upward($ranks)) ? 1 : 0);
