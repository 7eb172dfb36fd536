--TEST--
Redis: without its server every read misses and every write is false, and afterwards all is as before
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

echo php(['strata.redis' => 'redis://127.0.0.1:1', 'strata.local_ttl' => '0', 'strata.connect_rate' => '10000', 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0'], '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    $found = $cache->fetch("key");
    echo told($found), " ", $found->node, "\n";
    keep_asking();
    echo json_encode([$cache->get("key", "default"), $cache->has("key"), $cache->set("key", 1), $cache->delete("key"),
        $cache->getMultiple(["a", "b"]), $cache->setMultiple(["a" => 1]), $cache->clear()]), "\n";
    echo $cache->remember("key", 60, fn () => "computed"), "\n";
    echo thrown(fn () => $cache->increment("key")), "\n";
');

$nodes = FakeNodes::redis(1, function (int $node, array $words) {
    static $loading = 3;
    if ($words[0] === 'CLIENT' && $loading-- > 0) {
        return "-LOADING Redis is loading the dataset in memory\r\n";
    }
    return str_ends_with($words[1] ?? '', ':bye') ? new LastWords("$-1\r\n") : null;
});
echo php(['strata.redis' => "redis://{$nodes->address(0)}", 'strata.local_ttl' => '0', 'strata.connect_rate' => '10000', 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0'], '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    for ($i = 0; $i < 2000 && !$cache->set("key", "value"); $i++) {
        usleep(10000);
    }
    echo told($cache->fetch("key")), "\n";
    var_dump($cache->has("bye"));
    usleep(50000);
    echo told($cache->fetch("key")), "\n";
');
?>
--EXPECT--
error redis (refused) 127.0.0.1:1
["default",false,false,false,{"a":null,"b":null},false,false]
computed
Strata\ConnectionException: database default: redis 127.0.0.1:1: connecting: Connection refused
hit redis: 'value'
bool(false)
hit redis: 'value'
