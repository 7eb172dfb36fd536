--TEST--
Redis Cluster: 400 processes of a host that start at once ask for the map once a second at most, and connect and log in no faster than they may
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
skip_without_own_cluster();
if (ini_get('strata.replica_reads') === false) {
    exit('skip every process has a map of its own in this build');
}
?>
--FILE--
<?php
require __DIR__ . '/short.inc';

$cluster = new TroubledCluster();
$before = $cluster->counts();
$began = microtime(true);
echo php(['strata.redis' => $cluster->dsn(), 'strata.local_ttl' => '0', 'strata.connect_rate' => '50'], '
    require "' . __DIR__ . '/../../support/fork.inc";
    $answers = in_children(400, function (int $me) {
        $cache = new Strata\Cache();
        $wrong = $answered = 0;
        for ($end = microtime(true) + 4; microtime(true) < $end; usleep(mt_rand(100_000, 400_000))) {
            strata_request_boundary();
            $key = "key " . mt_rand(1, 50);
            $cache->set($key, $key);
            $found = $cache->fetch($key);
            $answered += $found->reason === null;
            $wrong += $found->value !== null && $found->value !== $key;
        }
        return [$wrong, $answered];
    });
    echo array_sum(array_column($answers, 0)), " wrong; ", array_sum(array_column($answers, 1)) > 400 ? "answers" : "hardly an answer", "\n";
');
$seconds = microtime(true) - $began;
$counts = array_map(fn ($after, $before) => $after - $before, $cluster->counts(), $before);
$counts = array_combine(array_keys($before), $counts);
/* Each of three masters lets in 50 a second, and as many at once. */
$most = 3 * 50 * ($seconds + 1);
echo $counts['slots'] <= $seconds + 2 ? 'one map a second' : sprintf('%d maps in %.1f s', $counts['slots'], $seconds), "\n";
echo $counts['connections'] >= 30 && $counts['connections'] <= $most ? 'connections within the rate' : sprintf('%d connections in %.1f s', $counts['connections'], $seconds), "\n";
echo $counts['auths'] <= $counts['connections'] ? 'one AUTH a connection' : "{$counts['auths']} AUTHs, {$counts['connections']} connections", "\n";
?>
--EXPECT--
0 wrong; answers
one map a second
connections within the rate
one AUTH a connection
