--TEST--
Redis Cluster: a cluster that is down is not taken for well because its nodes echo, and is asked soon after it is well
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_cluster.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_cluster.inc';
require __DIR__ . '/../../support/php.inc';

$cluster = new OwnCluster(3);
[$first, $second, $dying] = $cluster->nodes;
$is_well = fn (OwnServer $node) => str_contains(redis($node->name(), 'CLUSTER', 'INFO'), 'cluster_state:ok');
$process = proc_open([PHP_BINARY, '-n', ...directives(['extension' => strata_so(), 'strata.redis' => $cluster->dsn(), 'strata.local_ttl' => '0',
    'strata.request_budget' => '0', 'strata.operation_timeout' => '2s']), '-r', '
    $cache = new Strata\Cache();
    foreach (range(0, 30) as $i) {
        $key_of[$cache->fetch("key-$i")->node] = "key-$i";
    }
    echo count($key_of), "\n";
    stream_set_blocking(STDIN, false);
    for ($to = []; true; usleep(10000)) {
        /* What each surviving master is answered by now. */
        foreach ([$argv[1], $argv[2]] as $node) {
            $told = $cache->fetch($key_of[$node])->reason?->value ?? "answered";
            $seen[$told] = true;
            $to[$node] = $told === "answered";
        }
        if (($line = fgets(STDIN)) !== false) {
            $asked = trim($line);
        }
        if ($asked ?? null) {
            echo $asked === "seen" ? implode(" ", array_keys($seen)) . "\n" : "";
            if ($asked === "wait" && !array_filter($to, fn ($is) => !$is)) {
                $back = array_filter(strata_status()["anomalies"], fn ($event) => $event["event"] === "answers again");
                echo json_encode(array_count_values(array_column($back, "node"))), "\n";
                break;
            }
            $asked = $asked === "wait" ? "wait" : null;
        }
    }
', $first->name(), $second->name()], [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
echo trim(fgets($pipes[1])), " masters\n";
$dying->kill();
$cluster->waitFor(fn () => !$is_well($first) && !$is_well($second), 'the cluster to be down');
sleep(5);
fwrite($pipes[0], "seen\n");
$seen = explode(' ', trim(fgets($pipes[1])));
echo array_intersect(['breaker_open', 'not_ready'], $seen) ? 'refused while it is down' : 'not refused: ' . implode(' ', $seen), "\n";
$dying->start();
$cluster->waitFor(fn () => $is_well($first) && $is_well($second), 'the cluster to be well');
$well = microtime(true);
fwrite($pipes[0], "wait\n");
$back = json_decode(fgets($pipes[1]), true);
$took = microtime(true) - $well;
echo $took < 2.5 ? 'back soon' : "back only after $took s", "\n";
foreach ([$first, $second] as $node) {
    $times = $back[$node->name()] ?? 0;
    echo $times === 1 ? 'answered again once' : "answered again $times times", "\n";
}
proc_close($process);
?>
--EXPECT--
3 masters
refused while it is down
back soon
answered again once
answered again once
