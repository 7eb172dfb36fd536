<?php
/*
 * local.php strata | apcu KILLS — the local tier, or APCu under the same load, among processes that
 * are killed at any moment. For strata the last line is a sum; for APCu there are only figures.
 */

declare(strict_types=1);

require __DIR__ . '/kills.inc';
require __DIR__ . '/apcu.inc';
require __DIR__ . '/../support/rows.inc';

const SECONDS_FOR_APCU = 60.0;

[, $name, $wanted] = $argv;
$kills = new Kills($name === 'apcu' ? new ApcuCache() : new Strata\Cache());
$begun = hrtime(true);
$kills->run((int) $wanted, $name === 'apcu' ? SECONDS_FOR_APCU : INF);

printf("  %-24s %d of %d, in %.0f s\n", 'kills', $kills->kills, $wanted, (hrtime(true) - $begun) / 1e9);
printf("  %-24s %d, of them %d refused\n", 'operations', $kills->operations, $kills->refused);
printf("  %-24s %d\n", 'values looked at', $kills->checked);
printf("  %-24s %d\n", 'wrong values', $kills->wrong);
printf("  %-24s %d\n", 'crashes', $kills->crashes);
printf("  %-24s %d\n", 'hangs', $kills->hangs);
printf("  %-24s %.2f ms, of %d\n", 'longest wait of a probe', $kills->longest * 1e3, $kills->probes);
if ($name === 'strata') {
    $local = strata_status()['local'];
    foreach (['repairs', 'lock_timeouts', 'evicted', 'entries', 'pinned', 'retired', 'shards'] as $figure) {
        printf("  %-24s %d\n", strtr($figure, '_', ' '), $local[$figure]);
    }
}
foreach ($kills->said as $said) {
    echo "  $said\n";
}
if ($name === 'apcu') {
    note_peer('kills.hangs', $kills->hangs > 0 ? "hangs after $kills->kills" : "none in $kills->kills");
    note_peer('kills.wrong', "$kills->wrong in $kills->kills");
    exit(0);
}
foreach (['kills.wrong' => $kills->wrong + $kills->crashes, 'kills.hangs' => $kills->hangs] as $id => $count) {
    note_figure($id, [$count], ['sample' => 'two runs of ' . number_format($kills->kills)]);
}

$good = [
    'every value was right' => $kills->wrong === 0,
    'nobody died of anything but a kill' => $kills->crashes === 0,
    'nobody hung' => $kills->hangs === 0,
    'all kills were done, and work between them' => $kills->kills === (int) $wanted && $kills->checked > $kills->kills,
];
foreach (array_keys($good, false, true) as $sentence) {
    echo "FAILED $sentence: it is not so\n";
}
printf("%d passed, %d failed\n", count(array_filter($good)), count($good) - count(array_filter($good)));
