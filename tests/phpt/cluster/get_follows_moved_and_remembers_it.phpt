--TEST--
Redis Cluster: get() follows MOVED, and asks the new owner at once the next time
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
    static $moved = false;
    if ($words[0] === 'CLUSTER') {
        return $moved ? $nodes->slots(1) : $nodes->slots(0);
    }
    if ($words[0] !== 'CLIENT' && $node === 0 && str_contains($words[1] ?? '', ':key')) {
        $moved = true;
        return $nodes->redirect('MOVED', $words[1], 1);
    }
});
$ini = ['strata.redis' => "redis-cluster://{$nodes->address(0)}", 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0'];
echo php($ini, '
    $cache = new Strata\Cache();
    var_dump($cache->set("key", 7), $cache->get("key"), $cache->increment("key"), $cache->get("key"));
    echo json_encode($cache->getMultiple(["key", "key2"])), "\n";
    var_dump($cache->fetch("key")->node === "' . $nodes->address(1) . '");
    foreach (strata_status()["nodes"] as $node) {
        echo $node["redirects"], " redirects, ", $node["connects"], " connection\n";
    }
');
$heard = preg_replace('/default:\d+:/', '', $nodes->heard());
echo implode("\n", preg_grep('/ key( |$)/', $heard)), "\n";
echo implode("\n", preg_grep('/ key2( |$)/', $heard)), "\n";
?>
--EXPECT--
bool(true)
int(7)
int(8)
int(8)
{"key":8,"key2":null}
bool(true)
2 redirects, 1 connection
0 redirects, 1 connection
0: SET key 7
1: SET key 7
1: GET key
1: INCRBY key 1
1: GET key
1: GET key
1: GET key
0: GET key2
1: GET key2
