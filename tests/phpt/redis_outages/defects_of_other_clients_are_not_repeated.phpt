--TEST--
Redis Cluster: what made other clients return wrong values, spin or connect all the time does none of that here
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

/* Two masters; $trouble says what keys whose name begins with "bad" and what else meet. */
function meet(string $what, callable $trouble, string $code, array $ini = []): array
{
    $nodes = FakeNodes::redis(2, fn (int $node, array $words, FakeNodes $nodes) => $words[0] === 'CLUSTER'
        ? $nodes->slots() : $trouble($node, $words, $nodes, str_contains($words[1] ?? '', ':bad')));
    echo "$what: ", php($ini + ['strata.redis' => "redis-cluster://:secret@{$nodes->addresses()}", 'strata.local_ttl' => '0', 'strata.operation_timeout' => '50ms',
        'strata.connect_timeout' => '5s', 'strata.request_budget' => '0', 'strata.connect_rate' => '10000'], '
        $cache = new Strata\Cache();
        $ask_all = function () {
            array_map(fn ($node) => strata_node($node, "enable"), array_keys(strata_status()["nodes"]));
        };
        $good = array_map(fn ($i) => "good-$i", range(0, 49));
        $store = function () use ($cache, $good, $ask_all) {
            while (!$cache->setMultiple(array_combine($good, $good))) {
                $ask_all();
            }
            $ask_all();
        };
        /* Is any value that of another key? */
        $look = function () use ($cache, $good): string {
            $wrong = $there = 0;
            foreach ($good as $key) {
                $value = $cache->get($key);
                $wrong += $value !== null && $value !== $key;
                $there += $value === $key;
            }
            foreach ($cache->getMultiple($good) as $key => $value) {
                $wrong += $value !== null && $value !== $key;
            }
            return $wrong > 0 ? "$wrong wrong" : ($there > 25 ? "right" : "$there there");
        };
    ' . $code);
    return $nodes->heard();
}

/* The reply of the asked node comes after the timeout; the next keys are its own. */
$ask_late = function (int $node, array $words, FakeNodes $nodes, bool $is_bad) {
    if ($is_bad && $words[0] === 'GET') {
        return intdiv(slot_of($words[1]), 8192) === $node ? $nodes->redirect('ASK', $words[1], 1 - $node) : new Later(0.1, "$2\r\n77\r\n", true);
    }
};
$heard = meet('ASK to a slow node', $ask_late, '
    $store();
    for ($i = 0; $i < 5; $i++) {
        $cache->get("bad-$i");
        $ask_all();
        echo $look(), " ";
    }
');
$heard = preg_grep('/ASKING|:good/', $heard);
$after = array_filter(array_keys($heard), fn ($i) => str_contains($heard[$i], 'ASKING') && str_contains($heard[$i + 1] ?? '', ':good'));
echo "\n", count($after), " keys were asked after ASKING that need none\n";

/* ASKING is refused with a line that must not stay in the socket. */
foreach (["-LOADING Redis is loading the dataset in memory\r\n", "-NOAUTH Authentication required.\r\n", "-ERR unknown command 'ASKING'\r\n"] as $line) {
    meet('ASKING answered with ' . strtok($line, ' '), fn (int $node, array $words, FakeNodes $nodes, bool $is_bad) => match (true) {
        $words[0] === 'ASKING' => $line,
        $is_bad && intdiv(slot_of($words[1]), 8192) === $node => $nodes->redirect('ASK', $words[1], 1 - $node),
        default => null,
    }, '
        $store();
        @$cache->get("bad-1");
        @$cache->getMultiple(["bad-2", "bad-3"]);
        $ask_all();
        echo $look(), "\n";
    ');
}

/* A value ends in the middle, a reply has the wrong type, bytes follow the reply: another request follows on the same connection. */
foreach (['half a value' => "$100\r\nhalf", 'an array' => "*2\r\n$6\r\ngood-1\r\n$6\r\ngood-2\r\n", 'two replies' => "$-1\r\n$6\r\ngood-1\r\n", 'QUEUED' => "+QUEUED\r\n"] as $name => $bytes) {
    meet($name, fn (int $node, array $words, FakeNodes $nodes, bool $is_bad) => $is_bad ? $bytes : null, '
        $store();
        for ($i = 0; $i < 10; $i++) {
            $value = $cache->get("bad-$i");
            $value === null || print("a value: $value ");
            strata_request_boundary();
            $ask_all();
            $told[$look()] = true;
        }
        echo implode(" ", array_keys($told)), "\n";
    ');
}

/* All keys are sent in circles. */
$heard = meet('100 keys redirected in circles', fn (int $node, array $words, FakeNodes $nodes, bool $is_bad) => $is_bad ? $nodes->redirect('MOVED', $words[1], 1 - $node) : null, '
    $store();
    for ($i = 0; $i < 10; $i++) {
        $cache->getMultiple(array_map(fn ($j) => "bad-$i-$j", range(0, 9)));
    }
    $ask_all();
    echo $look(), "\n";
', ['strata.operation_timeout' => '5s']);
$sends = array_count_values(array_map(fn ($line) => strrchr($line, ':'), preg_grep('/:bad/', $heard)));
echo max($sends) <= 3 ? 'each at most 3 times' : max($sends) . ' times', "\n";

/* Whoever connects is sent away. */
$heard = meet('a node that hangs up', fn (int $node, array $words) => $node === 1 ? new LastWords() : null, '
    for ($i = 0; $i < 2000; $i++) {
        @$cache->get("good-$i");
    }
    echo "asked 2000 times\n";
', ['strata.connect_rate' => '50']);
$connects = count(preg_grep('/^1: \+/', $heard));
echo $connects < 100 ? 'few connections' : "$connects connections", "\n";

/* Requests come and go. */
$heard = meet('200 requests', fn () => null, '
    $store();
    for ($i = 0; $i < 200; $i++) {
        $told[$look()] = true;
        strata_request_boundary();
    }
    echo implode(" ", array_keys($told)), "\n";
', ['strata.operation_timeout' => '5s']);
$count = fn (string $pattern) => count(preg_grep($pattern, $heard));
echo $count('/: \+$/') <= 4 && $count('/ AUTH /') <= 4 ? 'connected once' : $count('/: \+$/') . ' connections, ' . $count('/ AUTH /') . ' AUTHs', ', ',
    $count('/ (PING|ECHO|SELECT) /'), ' commands more, ', $count('/ CLUSTER SLOTS/') <= 3 ? 'one map' : $count('/ CLUSTER SLOTS/') . ' maps', "\n";
?>
--EXPECT--
ASK to a slow node: right right right right right 
0 keys were asked after ASKING that need none
ASKING answered with -LOADING: right
ASKING answered with -NOAUTH: right
ASKING answered with -ERR: right
half a value: right
an array: right
two replies: right
QUEUED: right
100 keys redirected in circles: right
each at most 3 times
a node that hangs up: asked 2000 times
few connections
200 requests: right
connected once, 0 commands more, one map
