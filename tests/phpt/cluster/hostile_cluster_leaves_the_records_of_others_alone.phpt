--TEST--
Redis Cluster: redirects to hundreds of addresses leave breakers and rows to other databases
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

/* It sends every key somewhere else. */
$hostile = FakeNodes::redis(1, function (int $node, array $words, FakeNodes $nodes) {
    static $sent = 0;
    if (!in_array($words[0], ['GET', 'SET'], true) || str_contains($words[1], 'generation')) {
        return null;
    }
    $address = '127.1.' . ($sent >> 8 & 255) . '.' . ($sent++ & 255);
    return '-MOVED ' . slot_of($words[1]) . " $address:1\r\n";
});
echo php(['strata.databases' => 'good', 'strata.redis' => "redis-cluster://{$hostile->address(0)}", 'strata.good.redis' => 'redis://127.0.0.9:1',
    'strata.local_ttl' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '2s'], '
    $evil = new Strata\Cache();
    for ($end = microtime(true) + 30, $redirects = 0; $redirects < 300 && microtime(true) < $end;) {
        $evil->getMultiple(array_map(fn ($i) => "k$i", range(1, 20)));
        $redirects = array_sum(array_column(strata_status()["nodes"], "redirects"));
    }
    $nodes = strata_status()["nodes"];
    echo count($nodes), " rows after ", $redirects >= 300 ? "300" : $redirects, " redirects: ", isset($nodes["departed"]) ? "departed among them" : "none departed", "\n";
    echo "departed connected and was refused: ", json_encode($nodes["departed"]["outcomes"]["hard"] >= 300), ", protocol ", json_encode($nodes["departed"]["protocol"]), "\n";

    $good = new Strata\Cache("good");
    for ($end = microtime(true) + 20; microtime(true) < $end; usleep(20000)) {
        $good->get("key");
        $seen = strata_status()["nodes"]["127.0.0.9:1"];
        if ($seen["state"] === "open") {
            break;
        }
    }
    echo "the dead server of another database: $seen[state], $seen[cause], ", $seen["outcomes"]["hard"] > 0 ? "counted" : "not counted", ", limit $seen[limit]\n";
    $full = array_filter(strata_status()["anomalies"], fn ($event) => str_contains($event["event"], "no breaker") && $event["node"] === "127.0.0.9:1");
    echo count($full), " times without a breaker\n";
');
?>
--EXPECT--
2 rows after 300 redirects: departed among them
departed connected and was refused: true, protocol null
the dead server of another database: open, refusing, counted, limit 64
0 times without a breaker
