<?php
/*
 * locks.php [SECTIONS] [BACKEND] — run by run.sh locks. So many critical sections under one lock, by 16 processes on two
 * hosts (over local: on one), which are killed and stopped: is there ever more than one inside, does any section wait
 * for a dead holder of its own host, and what does a holder hear that slept over its time?
 */

require __DIR__ . '/locks.inc';
require __DIR__ . '/../support/own_cluster.inc';
require __DIR__ . '/../support/php.inc';

const BOUND = 0.050; /* seconds that nobody waits for a dead holder of the same host, as a figure */

/** The servers of a backend, and the directives by which hosts find them. */
function backend(string $name): array
{
    switch ($name) {
        case 'local':
            return [[], []];
        case 'memcached':
            $server = new OwnServer('memcached');
            return [[$server], ['strata.memcached' => $server->dsn()]];
        case 'redis':
            $server = new OwnServer('redis');
            return [[$server], ['strata.redis' => $server->dsn()]];
        case 'cluster':
            $cluster = new OwnCluster(3);
            $names = array_map(fn ($node) => $node->name(), $cluster->nodes);
            return [[$cluster], ['strata.redis' => 'redis-cluster://' . implode(',', $names)]];
    }
    exit("no such backend: $name\n");
}

/** @return array{resource, resource} its process, and what it prints */
function begin_host(array $ini, array $arguments): array
{
    $always = ['extension' => strata_so(), 'strata.operation_timeout' => '2s', 'strata.connect_timeout' => '2s',
        'strata.request_budget' => '0', 'strata.local_ttl' => '0'];
    $posix = extension_loaded('posix') ? ['-d', 'extension=posix'] : [];
    $process = proc_open([PHP_BINARY, '-n', ...$posix, ...directives($ini + $always), __DIR__ . '/locks_host.php',
        ...array_map(strval(...), $arguments)], [['file', '/dev/null', 'r'], ['pipe', 'w'], STDERR], $pipes);
    return [$process, $pipes[1]];
}

/** @return bool whether all is well */
function scene(string $name, int $sections): bool
{
    [$servers, $ini] = backend($name);
    $hosts = $name === 'local' ? 1 : 2;
    $all = $hosts * WORKERS;
    $folder = is_writable('/dev/shm') ? '/dev/shm' : sys_get_temp_dir();
    $file = tempnam($folder, 'strata-locks');
    $began = hrtime(true);
    $begun = [];
    for ($host = 0; $host < $hosts; $host++) {
        $begun[] = begin_host($ini, [$file, $host * WORKERS, $all, $sections, $host === 0 ? 3 : 0, 600]);
    }
    $told = array_map(fn ($host) => unserialize(stream_get_contents($host[1])), $begun);
    $cells = new Cells($file);
    unlink($file);
    $sums = [];
    foreach (Section::COUNTED as $what) {
        $sums[$what] = $cells->sum($what, $all);
    }
    $waits = array_merge(...array_column($told, 0));
    sort($waits);
    $at = fn (float $share) => 1000 * ($waits[(int) floor($share * (count($waits) - 1))] ?? 0);
    $long = count(array_filter($waits, fn ($wait) => $wait > BOUND));
    $stops = array_sum(array_column($told, 2));
    printf("%-10s %d sections in %.0f s, %d kills, %d of them inside: wait ms p50 %.1f, p95 %.1f, p99 %.1f, max %.1f; %d over %d ms\n",
        $name, $sums['done'], (hrtime(true) - $began) / 1e9, array_sum(array_column($told, 1)), count($waits), $at(0.5), $at(0.95),
        $at(0.99), $at(1), $long, 1000 * BOUND);
    printf("%-10s intruders %d; stopped over the time %d: late %d, lost %d, revived %d; refused %d; fences %d, wrong %d\n", '',
        $sums['intruders'], $stops, $sums['late'], $sums['lost'], $sums['revived'], $sums['refused'], $sums['fences'],
        $sums['fences_wrong']);
    foreach (array_column($told, 3) as $counts) {
        printf("%-10s %s\n", '', json_encode(array_filter($counts, fn ($count, $what) => str_starts_with($what, 'locks')
            || $what === 'reasons', ARRAY_FILTER_USE_BOTH)));
    }
    return $sums['intruders'] === 0 && $sums['revived'] === 0 && $sums['fences_wrong'] === 0 && $sums['refused'] === 0
        && $sums['lost'] === $sums['late'] && $sums['done'] >= $sections && $sums['fences'] > 0;
}

[$passed, $failed] = [0, 0];
$sections = (int) ($argv[1] ?? 10_000);
foreach (($argv[2] ?? '') === '' ? ['local', 'memcached', 'redis', 'cluster'] : [$argv[2]] as $name) {
    $is_well = scene($name, $sections);
    echo $is_well ? '' : "FAILED $name: one holder at a time, whatever happens to it\n";
    $is_well ? $passed++ : $failed++;
}
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);
