--TEST--
memcached: a reply that comes after the timeout is not given to the next question
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

$nodes = FakeNodes::memcached(1, function (int $node, array $words) {
    if (str_contains($words[1] ?? '', ':late')) {
        return new Later(0.3, "VA 2" . MemcachedWords::echo($words) . " c1 t-1\r\n77\r\n");
    }
});
$ini = ['strata.memcached' => "memcached://{$nodes->address(0)}", 'strata.operation_timeout' => '150ms', 'strata.local_ttl' => '0'];
echo php($ini, '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    $patiently = function (callable $act) {
        for ($i = 0; $i < 50 && !$act(); $i++);
    };
    $patiently(fn () => $cache->set("next", "value of next"));
    for ($i = 0; $i < 2; $i++) {
        echo told($cache->fetch("late-$i")), "\n";
        for ($j = 0; $j < 10; $j++) {
            $value = $cache->get("next");
            $value === "value of next" || $value === null || print("wrong value\n");
            usleep(20000);
        }
        $patiently(fn () => $cache->has("next"));
        echo told($cache->fetch("next")), "\n";
    }
    $node = current(strata_status()["nodes"]);
    echo $node["reasons"]["timeout"] >= 2 ? "timeouts are counted" : "timeouts are not counted", "\n";
    var_dump($node["desyncs"]);
');
?>
--EXPECT--
error memcached (timeout)
hit memcached: 'value of next'
error memcached (timeout)
hit memcached: 'value of next'
timeouts are counted
int(0)
