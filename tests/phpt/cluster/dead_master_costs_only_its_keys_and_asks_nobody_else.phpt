--TEST--
Redis Cluster: keys of a master that is down are refused, no other node is asked for them, and the others go on
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

$nodes = FakeNodes::redis(3, function (int $node, array $words, FakeNodes $nodes) {
    if ($words[0] === 'CLUSTER') {
        return str_replace(":{$nodes->ports[2]}\r\n", ":1\r\n", $nodes->slots());
    }
});
$ini = ['strata.redis' => "redis-cluster://{$nodes->address(0)},{$nodes->address(1)}", 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.local_ttl' => '0', 'strata.connect_rate' => '10000'];
$output = php($ini, '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    $live = $dead = [];
    $cache->getMultiple(array_map(fn ($i) => "key-" . md5($i), range(1, 60)));
    keep_asking();
    foreach (range(1, 60) as $i) {
        $key = "key-" . md5($i);
        $found = $cache->fetch($key);
        $found->reason === null ? $live[] = $key : $dead[] = $key;
        $node = $found->reason === null ? null : told($found) . " $found->node";
        $node && $told[$node] = true;
    }
    echo implode(", ", array_keys($told)), " ", count($dead) > 5 ? "some" : "none", "\n";
    [$key] = $dead;
    echo json_encode([$cache->get($key, "default"), $cache->set($key, 1), $cache->delete($key), $cache->has($key), $cache->touch($key, 9)]), "\n";
    echo thrown(fn () => $cache->increment($key)), "\n";
    echo $cache->remember($key, 60, fn () => "computed"), "\n";
    var_dump($cache->setMultiple(array_fill_keys([...$dead, ...$live], 1)));
    $read = $cache->getMultiple([...$live, ...$dead], "default");
    var_dump(array_count_values($read) === [1 => count($live), "default" => count($dead)]);
    echo "dead ", implode(" ", $dead), "\n";
');
[$said, $dead] = explode('dead ', $output);
echo $said;
$heard = $nodes->heard();
$asked = array_filter(explode(' ', trim($dead)), fn ($key) => preg_grep("/:$key( |$)/", $heard));
echo count($asked), " keys of the dead master were asked of others\n";
echo count(preg_grep('/CLUSTER/', $heard)) <= 3 ? 'the map is not asked for all the time' : 'too many maps', "\n";
?>
--EXPECT--
error redis (refused) 127.0.0.1:1 some
["default",false,false,false,false]
Strata\ConnectionException: database default: redis 127.0.0.1:1: connecting: Connection refused
computed
bool(false)
bool(true)
0 keys of the dead master were asked of others
the map is not asked for all the time
