--TEST--
Redis Cluster: get() follows ASK with ASKING on the asked node, and asks the owner again the next time
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

$nodes = FakeNodes::redis(2, function (int $node, array $words, FakeNodes $nodes) {
    static $may = false;
    $is_key = str_contains($words[1] ?? '', ':key');
    $answer = match (true) {
        $words[0] === 'CLUSTER' => $nodes->slots(0),
        $is_key && $node === 0 => $nodes->redirect('ASK', $words[1], 1),
        $is_key && !$may => $nodes->redirect('MOVED', $words[1], 0),
        default => null,
    };
    $may = $words[0] === 'ASKING';
    return $answer;
});
$ini = ['strata.redis' => "redis-cluster://{$nodes->address(0)}", 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0'];
echo php($ini, '
    $cache = new Strata\Cache();
    var_dump($cache->set("key", 7), $cache->get("key"), $cache->get("key"));
    echo json_encode($cache->getMultiple(["key1", "key", "key2"])), "\n";
    $connects = array_map(fn ($node) => $node["connects"] . " " . $node["refreshes"], strata_status()["nodes"]);
    echo implode(", ", $connects), "\n";
');
$heard = preg_replace('/default:\d+:/', '', $nodes->heard_of(':key', 'ASKING'));
echo implode("\n", array_slice($heard, 0, 9)), "\n";
echo count(preg_grep('/^0: GET/', $heard)), ' ', count(preg_grep('/^1: ASKING/', $heard)), ' ', count(preg_grep('/^1: GET/', $heard)), "\n";
?>
--EXPECT--
bool(true)
int(7)
int(7)
{"key1":null,"key":7,"key2":null}
1 1, 1 0
0: SET key 7
1: ASKING
1: SET key 7
0: GET key
1: ASKING
1: GET key
0: GET key
1: ASKING
1: GET key
5 6 5
