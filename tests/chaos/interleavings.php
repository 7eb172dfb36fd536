<?php
/*
 * interleavings.php [TIMES] [SCENE] — run by run.sh interleavings. Operations of three hosts that overlap, each TIMES
 * times at random moments, over memcached above Redis, Redis, a Redis Cluster of which one slot is migrating, and
 * memcached: how often does a host read what a confirmed delete, set or clear made old? The goal is never.
 */

require __DIR__ . '/interleavings.inc';
require __DIR__ . '/../support/rows.inc';

$times = (int) ($argv[1] ?? 1000);
$wanted = $argv[2] ?? '';
$cluster = new OwnCluster(3);
/* The slot of the keys that hold {k7} moves to its new owner, and never arrives. */
$slot = (int) redis($cluster->nodes[0]->name(), 'CLUSTER', 'KEYSLOT', 'k7');
$from = $cluster->ownerOf('k7');
$to = $cluster->nodes[(array_search($from, $cluster->nodes, true) + 1) % 3];
redis($to->name(), 'CLUSTER', 'SETSLOT', (string) $slot, 'IMPORTING', $cluster->id($from));
redis($from->name(), 'CLUSTER', 'SETSLOT', (string) $slot, 'MIGRATING', $cluster->id($to));
$memcached = new OwnServer('memcached');
$redis = new OwnServer('redis');
$stores = [
    'memcached + Redis' => ['strata.memcached' => $memcached->dsn(), 'strata.redis' => $redis->dsn()],
    'Redis' => ['strata.redis' => $redis->dsn(), 'strata.namespace' => 'alone'],
    'Cluster' => ['strata.redis' => $cluster->dsn()],
    'memcached' => ['strata.memcached' => $memcached->dsn(), 'strata.namespace' => 'alone'],
];
[$passed, $failed, $all] = [0, 0, 0];
foreach ($stores as $store => $ini) {
    $has_nearer = isset($ini['strata.memcached'], $ini['strata.redis']);
    $fleet = new Fleet($ini, $has_nearer ? new FaultProxy($redis) : null);
    foreach (scenes($has_nearer) as $name => [$scene, $part]) {
        if ($wanted !== '' && !str_contains($name, $wanted)) {
            continue;
        }
        $rounds = max(1, (int) ($times * $part));
        $wrong = [];
        for ($i = 0; $i < $rounds; $i++) {
            $found = $scene($fleet);
            if ($found !== null) {
                $wrong[$found] = ($wrong[$found] ?? 0) + 1;
            }
        }
        $sum = array_sum($wrong);
        $sum === 0 ? $passed++ : $failed++;
        note_figure('stale.overlaps', [$sum]);
        $all += $rounds;
        printf("%s %-18s %-38s %5d times, %d wrong", $sum === 0 ? 'ok    ' : 'FAILED', $store, $name, $rounds, $sum);
        arsort($wrong);
        echo $sum === 0 ? "\n" : ', such as ' . array_key_first($wrong) . "\n";
    }
    unset($fleet);
}
note_figure('stale.overlaps', [], ['sample' => number_format($all) . ' of them']);
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);
