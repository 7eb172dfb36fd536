--TEST--
Redis Cluster: a replica whose connection lost READONLY sends to the master that is known: no loop, the value comes from there, the map stays
--SKIPIF--
<?php
require __DIR__ . '/late.inc';
skip_without_fake_nodes();
skip_without_child();
skip_without_replica_reads();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';

/* As one whose client connected again without READONLY: every second read is sent away. */
$nodes = FakeNodes::redis(2, function (int $node, array $words, FakeNodes $nodes) {
    static $stored = [], $reads = 0;
    if ($words[0] === 'SET') {
        $stored[$words[1]] = $words[2];
    }
    return match (true) {
        $words[0] === 'CLUSTER' => $nodes->slots_with_replica(0, 1),
        $node === 1 && $words[0] === 'GET' && ++$reads % 2 === 0 => $nodes->redirect('MOVED', $words[1], 0),
        $words[0] === 'GET' && isset($stored[$words[1]]) => RedisWords::bulk($stored[$words[1]]),
        default => null,
    };
});
$ini = ['strata.redis' => "redis-cluster://{$nodes->address(0)}", 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0', 'strata.connect_rate' => '10000', 'strata.replica_reads' => 'prefer'];
echo php($ini, '
    require "' . __DIR__ . '/../../support/fork.inc";
    /* What a process has written it reads of masters. */
    in_child(function () {
        for ($i = 0; $i < 100; $i++) {
            strata_set("key-$i", "value of $i");
        }
    });
    $cache = new Strata\Cache();
    for ($i = $right = $wrong = 0; $i < 1000; $i++) {
        $value = $cache->get("key-" . $i % 100);
        $right += $value === "value of " . $i % 100;
        $wrong += $value !== null && $value !== "value of " . $i % 100;
    }
    echo $wrong, " wrong, ", $right > 900 ? "nearly all there" : "$right there", "\n";
');
$heard = $nodes->heard();
$at = fn (string $pattern) => count(preg_grep($pattern, $heard));
echo $at('/^1: GET .*:key/') > 10 ? 'the replica was asked' : 'the replica was not asked', "\n";
$sends = $at('/^\d: GET .*:key/');
echo $sends <= 2100 ? 'at most one more for each' : "$sends for 1000", "\n";
echo $at('/ CLUSTER SLOTS/') <= 5 ? 'the map is not asked for' : $at('/ CLUSTER SLOTS/') . ' maps', "\n";
echo $at('/^1: SET/'), " writes to the replica\n";
?>
--EXPECT--
0 wrong, nearly all there
the replica was asked
at most one more for each
the map is not asked for
0 writes to the replica
