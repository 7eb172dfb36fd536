--TEST--
Redis: a proxy that closes the connection over CLIENT SETNAME and PING with a text is sent neither, by no process of the host
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

/* As twemproxy does it. After "loading" is asked for it is not ready, once. */
$nodes = FakeNodes::redis(1, function (int $node, array $words) {
    if ($words[0] === 'CLIENT' || ($words[0] === 'PING' && count($words) > 1)) {
        return new LastWords();
    }
    if ($words[0] === 'GET' && str_ends_with($words[1], ':loading')) {
        return "-LOADING data\r\n";
    }
    return $words[0] === 'PING' ? "+PONG\r\n" : null;
});
$ini = ['strata.redis' => "redis://{$nodes->address(0)}", 'strata.local_ttl' => '0', 'strata.operation_timeout' => '2s', 'strata.request_budget' => '0', 'strata.check_after_idle' => '200ms'];
echo php($ini, '
    require "' . __DIR__ . '/../../support/show.inc";
    require "' . __DIR__ . '/../../support/fork.inc";
    $cache = new Strata\Cache();
    echo json_encode($cache->set("key", 1)), " ", told($cache->fetch("key")), "\n";
    in_child(function () {
        echo told((new Strata\Cache())->fetch("key")), " in another process\n";
    });
    usleep(300000);
    echo told($cache->fetch("key")), " after a while\n";
    echo told($cache->fetch("loading")), "\n";
    for ($end = microtime(true) + 20; ($found = $cache->fetch("key"))->reason !== null && microtime(true) < $end; usleep(20000));
    echo told($found), "\n";
    $node = current(strata_status()["nodes"]);
    echo "$node[closes] closed, $node[desyncs] desyncs\n";
    foreach (array_reverse(strata_status()["anomalies"]) as $event) {
        echo $event["event"], "\n";
    }
');
$heard = $nodes->heard();
echo count(preg_grep('/CLIENT/', $heard)), " names, ", count(preg_grep('/PING ./', $heard)), " nonces\n";
?>
--EXPECT--
true hit redis: 1
hit redis: 1 in another process
hit redis: 1 after a while
error redis (not_ready)
hit redis: 1
2 closed, 0 desyncs
wants a bare greeting
opened: not_ready
answers again
1 names, 0 nonces
