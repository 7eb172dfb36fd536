<?php
/*
 * names.php [SECONDS] [KIND]: what names that move, and name servers that fail, cost the processes of a host. For a
 * Redis server, memcached, a master behind sentinels and a cluster, or one KIND of them, in a network of its own.
 * SECONDS: how long the whole may take at most; less than 900 leaves the default of strata.resolve_every out. Where
 * figures are noted, only those scenes run that have one.
 */

require __DIR__ . '/../support/moving.inc';
require __DIR__ . '/../support/rows.inc';

const PROCESSES = 8;
const BUDGET = 150; /* msec: strata.request_budget */
const SLACK = 50;   /* msec that this machine may let a process wait */
const FOLLOWS = 2;  /* seconds: after the old address refuses */

$is_long = ($argv[1] ?? 900) >= 900;
$scenes = [
    'moves, the old address refuses' => ['moves', FOLLOWS],
    'moves 12 s after it refuses' => ['moves_late', FOLLOWS, 12],
    'moves, the old address drops packets' => ['vanishes', FOLLOWS],
    'moves, the old one answers, every 1 s' => ['stays', 3, '1s'],
    'moves, the old one answers, every 30 s' => ['stays', 35, '30s'],
    'one of two addresses drops packets' => ['loses_one', FOLLOWS],
    'name server silent from the start' => ['is_silent', null],
    'name server falls silent' => ['falls_silent', null],
    'name server lies' => ['lies', null],
];
$figures_of = ['moves, the old address refuses' => 'names.follows', 'name server silent from the start' => 'names.silent',
    'name server falls silent' => 'names.silent'];
if (is_noting()) {
    $scenes = array_intersect_key($scenes, $figures_of);
} elseif (!$is_long) {
    unset($scenes['moves, the old one answers, every 30 s']);
}

function seconds(?float $seconds): string
{
    return $seconds === null ? '-' : sprintf('%.2f', $seconds);
}

printf("%d processes; operation_timeout 100 ms, request_budget %d ms\n", PROCESSES, BUDGET);
printf("%-10s %-40s %9s %8s %11s %11s %10s %6s\n", '', '', 'requests', 'failed', 'worst wait', 'new used', 'all well', 'wrong');
[$passed, $failed] = [0, 0];
foreach (isset($argv[2]) ? [$argv[2]] : ['redis', 'memcached', 'sentinel', 'cluster'] as $kind) {
    foreach ($scenes as $name => [$scene, $most, ]) {
        $moving = new Moving($kind);
        $figures = $scene($moving, PROCESSES, ...array_slice($scenes[$name], 2));
        $client = $figures['client'];
        printf("%-10s %-40s %9d %8d %8.1f ms %9s s %8s s %6d", $kind, $name, count($client->requests), $client->failed(),
            $client->worst(), seconds($figures['used']), seconds($figures['well']), $client->wrong());
        $is_well = $client->wrong() === 0 && $client->worst() < BUDGET + SLACK && $figures['ends well']
            && ($most === null || ($figures['used'] ?? 0) <= $most);
        echo $is_well ? "\n" : "  FAILED\n";
        if (isset($figures_of[$name])) {
            note_figure($figures_of[$name], [$scene === 'moves' ? $figures['used'] ?? 30.0 : $client->worst_operation()], ['sample' => 'one server']);
        }
        $is_well ? $passed++ : $failed++;
        unset($figures, $client, $moving);
    }
}
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);
