--TEST--
A nonce behind every reply (strict) or before the first one after idling shows a connection that is out of step
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

/* After "victim" it is one reply behind: it says what it owed before, and its own answer to the next question. */
$nodes = FakeNodes::redis(1, function (int $node, array $words) {
    static $owed = [];
    $key = substr(strrchr($words[1] ?? '', ':'), 1);
    if ($words[0] === 'GET' && $key === 'victim') {
        $owed = ["$2\r\n42\r\n"];
        return "$2\r\n99\r\n";
    }
    if ($words[0] === 'CLIENT') {
        $owed = [];
        return null;
    }
    if ($owed !== []) {
        $owed[] = $words[0] === 'PING' ? RedisWords::bulk($words[1]) : "$2\r\n7\r\n";
        return array_shift($owed);
    }
    return match ($key) {
        'status' => "+OK\r\n",
        'good' => "$1\r\n5\r\n",
        default => null,
    };
});
$code = '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    $cache->get("none");
    keep_asking();
    foreach (explode(" ", KEYS) as $key) {
        $key === "idle" ? usleep(50000) : print("$key: " . told($cache->fetch($key)) . "\n");
    }
    $node = current(strata_status()["nodes"]);
    echo $node["desyncs"], " desyncs, ", $node["suspected"] ? "suspected" : "trusted", "\n";
';
$ini = ['strata.redis' => "redis://{$nodes->address(0)}", 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s',
    'strata.request_budget' => '0'];
$try = function (string $keys, array $more = []) use ($ini, $code, $nodes): void {
    $nodes->heard();
    echo json_encode($more), "\n", php($more + $ini, "const KEYS = '$keys';$code");
    $heard = $nodes->heard();
    echo preg_grep('/PING/', $heard) ? "nonces\n" : "no nonces\n";
};
$try('good victim', ['strata.strict' => 'auto']);
$try('good victim good', ['strata.strict' => 'on']);
$try('good status victim good', ['strata.strict' => 'auto']);
$try('good good idle good', ['strata.check_after_idle' => '30ms']);
?>
--EXPECT--
{"strata.strict":"auto"}
good: hit redis: 5
victim: hit redis: 99
0 desyncs, trusted
no nonces
{"strata.strict":"on"}
good: hit redis: 5
victim: error redis (desync)
good: hit redis: 5
2 desyncs, suspected
nonces
{"strata.strict":"auto"}
good: hit redis: 5
status: error redis (desync)
victim: error redis (desync)
good: hit redis: 5
4 desyncs, suspected
nonces
{"strata.check_after_idle":"30ms"}
good: hit redis: 5
good: hit redis: 5
good: hit redis: 5
0 desyncs, trusted
nonces
