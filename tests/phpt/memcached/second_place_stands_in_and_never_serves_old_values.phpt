--TEST--
strata.replicas = 2: with one server stopped values are read and written at the other place, and the old ones never come back
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';

$one = new OwnServer('memcached');
$two = new OwnServer('memcached');
echo php(['strata.memcached' => "memcached://a={$one->name()},b={$two->name()}", 'strata.replicas' => '2', 'strata.memory' => '0',
    'strata.operation_timeout' => '600ms', 'strata.connect_timeout' => '600ms', 'strata.request_budget' => '0'], '
    require "' . __DIR__ . '/../../support/show.inc";
    $pids = ["' . $one->name() . '" => ' . $one->pid() . ', "' . $two->name() . '" => ' . $two->pid() . '];
    [$stopped, $other] = array_keys($pids);
    $signal = fn (string $name, string $node) => exec("kill -$name {$pids[$node]}");
    $cache = new Strata\Cache();

    /* Keys by their first place. */
    $keys = [];
    for ($i = 0; count($keys[$stopped] ?? []) < 12 || count($keys[$other] ?? []) < 12; $i++) {
        $cache->set("key $i", "old");
        $keys[$cache->fetch("key $i")->node][] = "key $i";
    }
    [$kept, $replaced, $deleted, $counter, $added, $touched, $computed] = $keys[$stopped];
    [$kept2, $replaced2, $deleted2, $counter2, $added2, $touched2, $computed2] = $keys[$other];
    foreach ([$counter, $counter2, $added, $added2] as $key) {
        $cache->delete($key);
    }
    $cache->increment($counter);
    $cache->increment($counter2);

    $signal("STOP", $stopped);
    echo "first place out: ", told($cache->fetch($kept)), " ", $cache->fetch($kept)->node === $other ? "at the other" : "at the first", "\n";
    echo "second place out: ", told($cache->fetch($kept2)), "\n";
    strata_node($stopped, "disable", 5);
    echo "set: ", json_encode([$cache->set($replaced, "new"), $cache->set($replaced2, "new")]), " ",
        json_encode($cache->getMultiple([$replaced, $replaced2])), "\n";
    echo "delete: ", json_encode([$cache->delete($deleted), $cache->delete($deleted2)]), " ",
        json_encode([$cache->get($deleted), $cache->get($deleted2)]), "\n";
    echo "counters: ", told($cache->fetch($counter)), ", ", told($cache->fetch($counter2)), "\n";
    echo "add: ", json_encode([$cache->add($added, "new"), $cache->add($added2, "new")]), "\n";
    echo "touch: ", json_encode([$cache->touch($touched, 500), $cache->touch($touched2, 500)]), "\n";
    echo "remember: ", json_encode([$cache->remember($computed, 60, fn () => "new"), $cache->remember($computed2, 60, fn () => "new")]), "\n";

    $signal("CONT", $stopped);
    strata_node($stopped, "enable");
    echo "back: ", json_encode([$cache->get($kept), $cache->get($kept2)]), "\n";
    echo "replaced: ", json_encode([$cache->get($replaced), $cache->get($replaced2)]), "\n";
    echo "deleted: ", json_encode([$cache->get($deleted), $cache->get($deleted2)]), "\n";
    echo "counters: ", json_encode([$cache->get($counter), $cache->get($counter2)]), "\n";

    $signal("KILL", $other);
    strata_node($other, "disable", 5);
    echo "the other one out: ", json_encode($cache->getMultiple([$replaced2, $deleted2, $added2, $touched2, $counter2])), " ", told($cache->fetch($kept2)), "\n";
');
?>
--EXPECTF--
first place out: hit memcached: 'old' at the other
second place out: hit memcached: 'old'
set: [true,true] {"key %d":"new","key %d":"new"}
delete: [true,true] [null,null]
counters: error memcached (breaker_open), hit memcached: 1
add: [false,true]
touch: [false,true]
remember: ["old","old"]
back: ["old","old"]
replaced: [null,"new"]
deleted: [null,null]
counters: [1,1]
the other one out: {"key %d":null,"key %d":null,"key %d":null,"key %d":null,"key %d":null} hit memcached: 'old'
