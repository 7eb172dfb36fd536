--TEST--
Redis Cluster: strata_purge() comes to its end when a master hands its slots over in the middle, and follows where names have moved
--SKIPIF--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fake_nodes();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';

const PRESENT = '1700000000000000', FORMER = '1600000000000000';
/* Node 0 goes on giving cursors for ever, but its slots are node 1's as soon as something is to be removed there. */
$nodes = FakeNodes::redis(2, function (int $node, array $words, FakeNodes $nodes) {
    static $moved = false, $cursor = 100;
    switch ($words[0]) {
        case 'CLUSTER':
            return $moved ? $nodes->slots(1) : $nodes->slots();
        case 'GET':
            return RedisWords::bulk(PRESENT);
        case 'UNLINK':
            $moved = $moved || $node === 0;
            return $node === 0 ? $nodes->redirect('MOVED', $words[1], 1) : ":1\r\n";
        case 'SCAN':
            $next = $node === 0 ? (string) ++$cursor : ($words[1] === '0' ? '7' : '0');
            /* slot_of() of the first is one of node 0's, of the second one of node 1's. */
            $name = 'default:' . FORMER . ($node === 0 ? ":$words[1]{b}" : ":$words[1]{a}");
            return "*2\r\n" . RedisWords::bulk($next) . "*1\r\n" . RedisWords::bulk($name);
    }
    return null;
});
echo slot_of('{b}') < 8192 && slot_of('{a}') >= 8192 ? '' : "the slots are others than meant\n";
$ini = ['strata.redis' => "redis-cluster://{$nodes->addresses()}", 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0'];
echo php($ini, '
    $removed = 0;
    for ($calls = 0; $calls < 500 && !($step["done"] ?? false); $calls++) {
        $step = strata_purge("default", 20);
        $removed += $step["removed"];
        usleep(20000);
    }
    echo json_encode($step["done"]), $removed >= 3 ? "" : ", $removed removed", "\n";
');
$heard = preg_grep('/SCAN|UNLINK/', $nodes->heard());
echo count(preg_grep('/^1: UNLINK .*\{b\}/', $heard)) > 0 ? '' : "nothing was removed where it went\n";
echo implode(' ', preg_replace('/^1: SCAN (\d+) .*/', '$1', preg_grep('/^1: SCAN (0|7) /', $heard))), "\n";
?>
--EXPECT--
true
0 7
