<?php
/*
 * redis.php SECONDS — everything that happens to a cluster while it is used, one after the other: see cluster_phases.inc.
 * Three masters, three replicas, and 16 processes of one host at their own pace, with strata's default settings.
 */

declare(strict_types=1);

require __DIR__ . '/cluster_phases.inc';
require __DIR__ . '/../phpt/redis_outages/unreachable.inc';

const WORKERS = 16, PAUSE = 20_000;

strata_so() !== '' || exit("STRATA_SO names no strata.so: run ./dev chaos redis\n");
$seconds = max(10, (float) $argv[1]);
$cluster = new TroubledCluster();
$load = new ClusterLoad($cluster, WORKERS, PAUSE);
$phases = new ClusterPhases($cluster, $load, WORKERS);
$load->pass(min(3, $seconds / 10));

$phases->planned_failovers(max(6, $seconds * 0.4), $seconds >= 60 ? 10 : 3);
$phases->moved_slots(4096, $seconds >= 60 ? 2 : 1);
$phases->half_moved_slots($seconds / 12);
$phases->killed_master($seconds / 12);
$phases->stopped_master(0.5);
$phases->stopped_master(max(3, $seconds / 12));
$phases->uncovered_slots($seconds / 12);
$phases->cluster_down(max(2, $seconds / 8));
/* In a network of our own, see run.sh. */
if (getenv('STRATA_CHAOS_NAMESPACE') === '1') {
    $phases->cut_bus(max(5, $seconds / 12));
} else {
    echo "a master cut off from the other nodes: skipped, no network namespace with iptables here\n";
}
$phases->finish();
[$kept, $broken] = [$phases->kept, $phases->broken];
unset($phases, $load, $cluster);
foreach (getenv('STRATA_CHAOS_NAMESPACE') === '1' ? ['refused', 'dropped'] : ['refused'] as $how) {
    echo "a master that cannot be reached: $how\n";
    reach_for_a_master($how);
}
echo "$kept passed, $broken failed\n";
exit((int) ($broken > 0));
