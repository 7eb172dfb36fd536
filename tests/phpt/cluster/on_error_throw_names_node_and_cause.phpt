--TEST--
strata.on_error=throw: a failing node of a cluster is a ConnectionException that names node and cause
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

$nodes = FakeNodes::redis(1, function (int $node, array $words, FakeNodes $nodes) {
    return match (substr(strrchr($words[1] ?? '', ':'), 1)) {
        'closed' => new LastWords(),
        'late' => new Later(1, "$2\r\n42\r\n"),
        'error' => "-ERR out of order\r\n",
        'moved' => $nodes->redirect('MOVED', $words[1], 0),
        'dead' => '-MOVED ' . slot_of($words[1]) . " 127.0.0.1:1\r\n",
        default => null,
    };
});
$ini = ['strata.redis' => "redis-cluster://{$nodes->address(0)}", 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.local_ttl' => '0', 'strata.connect_rate' => '10000',
    'strata.on_error' => 'throw'];
$code = '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    while (!str_starts_with(thrown(fn () => $cache->get("none")), "returned"));
    foreach (KEYS as $key) {
        $messages = [];
        keep_asking();
        foreach ([fn () => $cache->get($key), fn () => $cache->getMultiple(["other", $key]), fn () => $cache->set($key, 1),
            fn () => $cache->delete($key), fn () => $cache->remember($key, 1, fn () => 1)] as $i => $act) {
            keep_asking();
            $i < ACTS && $messages[thrown($act)] = true;
        }
        echo "$key: ", implode("\n    ", array_keys($messages)), "\n";
    }
    echo thrown(fn () => $cache->get("none")), "\n";
';
echo str_replace($nodes->address(0), 'NODE', php($ini, 'const KEYS = ["closed", "error", "moved", "dead"], ACTS = 5;' . $code));
$ini['strata.operation_timeout'] = '900ms';
echo str_replace($nodes->address(0), 'NODE', php($ini, 'const KEYS = ["late"], ACTS = 2;' . $code));
?>
--EXPECTF--
closed: Strata\ConnectionException: database default: redis NODE: waiting for a reply: the server closed the connection
error: Strata\ConnectionException: database default: redis NODE: ERR out of order
moved: Strata\ConnectionException: database default: redis NODE: redirect loop: MOVED %d NODE
dead: Strata\ConnectionException: database default: redis 127.0.0.1:1: connecting: Connection refused
returned NULL
late: Strata\ConnectionException: database default: redis NODE: waiting for a reply: timed out
returned NULL
