--TEST--
Redis Cluster: MOVED in circles, to the node itself, to a dead one, or that makes no sense, costs at most 3 sends, and other keys of the slot stay where they are
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

/* All keys of a kind are in one slot; those that end with "bad" are redirected. */
$nodes = FakeNodes::redis(3, function (int $node, array $words, FakeNodes $nodes) {
    if ($words[0] === 'CLUSTER') {
        return $nodes->slots(0, 1);
    }
    if (!preg_match('/:\{([a-z-]+)\}bad$/', $words[1] ?? '', $kind)) {
        return null;
    }
    $slot = slot_of($words[1]);
    return match ($kind[1]) {
        'itself' => $nodes->redirect('MOVED', $words[1], $node),
        'circle' => $nodes->redirect('MOVED', $words[1], 1 - $node),
        'ask-circle' => $nodes->redirect('ASK', $words[1], 1 - $node),
        'dead' => "-MOVED $slot 127.0.0.1:1\r\n",
        'ask-dead' => "-ASK $slot 127.0.0.1:1\r\n",
        'no-slot' => "-MOVED 99999 {$nodes->address(2)}\r\n",
        'negative-slot' => "-MOVED -1 {$nodes->address(2)}\r\n",
        'other-slot' => '-MOVED ' . ($slot + 8192) % 16384 . " {$nodes->address(2)}\r\n",
        'no-port' => "-MOVED $slot 127.0.0.1\r\n",
        'huge-port' => "-MOVED $slot 127.0.0.1:99999\r\n",
        'unknown-host' => "-MOVED $slot ?:6379\r\n",
        'words' => "-MOVED to somewhere else\r\n",
        'nothing' => "-MOVED\r\n",
    };
});
$kinds = ['itself', 'circle', 'ask-circle', 'dead', 'ask-dead', 'no-slot', 'negative-slot', 'other-slot', 'no-port', 'huge-port', 'unknown-host', 'words', 'nothing'];
$ini = ['strata.redis' => "redis-cluster://{$nodes->address(0)}", 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s',
    'strata.request_budget' => '0', 'strata.connect_rate' => '10000'];
echo php($ini, '
    $cache = new Strata\Cache();
    foreach (' . var_export($kinds, true) . ' as $kind) {
        $cache->set("{{$kind}}good", "value of $kind");
        $reason = $cache->fetch("{{$kind}}bad")->reason;
        echo $kind, $reason === null ? ": no reason" : "";
        /* Somebody must have asked the nodes again where a node was named that is none. */
        for ($i = 0; $i < 400 && $cache->get("{{$kind}}good") !== "value of $kind"; $i++) {
            usleep(10000);
        }
        echo $i < 400 ? "\n" : ": its slot is lost\n";
        $cache->set("{{$kind}}mark", "here");
    }
');
$heard = $nodes->heard();
foreach ($kinds as $kind) {
    $sends = count(preg_grep("/:\{{$kind}\}bad$/", $heard));
    $sends >= 1 && $sends <= 3 || print("$kind: $sends sends\n");
    $owner = slot_of("{{$kind}}") < 8192 ? 0 : 1;
    $elsewhere = count(preg_grep("/^[^$owner]: .*:\{{$kind}\}good/", $heard));
    $elsewhere <= 1 || print("$kind: other keys of the slot went elsewhere $elsewhere times\n");
}
echo count(preg_grep('/^2: (?!CLIENT|\+|CLUSTER|PING)/', $heard)), " commands for the node without slots\n";
?>
--EXPECT--
itself
circle
ask-circle
dead
ask-dead
no-slot
negative-slot
other-slot
no-port
huge-port
unknown-host
words
nothing
0 commands for the node without slots
