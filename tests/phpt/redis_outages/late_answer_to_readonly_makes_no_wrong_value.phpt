--TEST--
Redis Cluster: late answers of a replica to READONLY are never taken for the answer to a get, in 10,000 of them
--SKIPIF--
<?php
require __DIR__ . '/late.inc';
skip_without_fake_nodes();
skip_without_child();
skip_without_replica_reads();
?>
--FILE--
<?php
require __DIR__ . '/late.inc';

/* The second node is the first one's replica, and ends connections often. */
$nodes = FakeNodes::redis(2, function (int $node, array $words, FakeNodes $nodes) {
    static $stored = [];
    if ($words[0] === 'SET') {
        $stored[$words[1]] = $words[2];
    }
    return match (true) {
        $words[0] === 'CLUSTER' => $nodes->slots_with_replica(0, 1),
        $words[0] === 'READONLY' => late_at_times("+OK\r\n", 5),
        $words[0] === 'GET' && mt_rand(1, 30) === 1 => new LastWords(),
        $words[0] === 'GET' && isset($stored[$words[1]]) => RedisWords::bulk($stored[$words[1]]),
        default => null,
    };
});
echo read_from($nodes, ['strata.redis' => "redis-cluster://{$nodes->address(0)}", 'strata.replica_reads' => 'prefer']);
echo count($nodes->heard_of('READONLY')) > 50 ? "the replica was asked\n" : "the replica was not asked\n";
?>
--EXPECT--
0 wrong, most were there, many came late
the replica was asked
