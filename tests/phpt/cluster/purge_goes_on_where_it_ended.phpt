--TEST--
Redis Cluster: strata_purge() keeps a cursor for each master, believes no reply that is none of SCAN's, and does not lose one master for another
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

const PRESENT = '1700000000000000', FORMER = '1600000000000000', LATER = '1800000000000000';
$list = fn (array $names) => '*' . count($names) . "\r\n" . implode('', array_map('RedisWords::bulk', $names));
$scanned = fn (string $cursor, array $names) => "*2\r\n" . RedisWords::bulk($cursor) . $list($names);
$nodes = FakeNodes::redis(2, function (int $node, array $words) use ($list, $scanned) {
    static $odd = ['nothing' => '', 'failing' => false], $scans = [0, 0];
    if ($words[0] === 'GET' && str_contains($words[1], ':generation')) {
        return RedisWords::bulk(PRESENT);
    }
    if ($words[0] === 'SET') {
        /* The key of the script's set() says what happens next. */
        $odd = ['failing' => str_contains($words[1], 'failing'), 'nothing' => substr(strrchr($words[1], ':'), 1)];
        return "+OK\r\n";
    }
    if ($words[0] === 'UNLINK' && $odd['failing']) {
        return "-ERR out of order\r\n";
    }
    if ($words[0] === 'UNLINK') {
        return ":1\r\n";
    }
    if ($words[0] !== 'SCAN') {
        return null;
    }
    $wrong = ['integer' => ":0\r\n", 'names' => $list(['a', 'b']), 'cursor' => "*2\r\n\$2\r\n-1\r\n*0\r\n",
        'cursor-too-large' => "*2\r\n\$20\r\n18446744073709551616\r\n*0\r\n", 'no-string' => "*2\r\n\$1\r\n0\r\n*1\r\n:5\r\n"];
    if (isset($wrong[$odd['nothing']])) {
        return $node === 0 ? $wrong[$odd['nothing']] : $scanned('0', []);
    }
    if ($odd['nothing'] === 'large') {
        return (int) $words[5] > 31 ? "\$99999999\r\n" : $scanned('0', []);
    }
    if ($odd['nothing'] === 'too large') {
        return $node === 0 ? "\$99999999\r\n" : $scanned('0', []);
    }
    $next = $node === 0 ? ['0' => '17', '17' => '18446744073709551615', '18446744073709551615' => '0'] : ['0' => '5', '5' => '0'];
    return $scanned($next[$words[1]], ["default:" . FORMER . ":$node-$words[1]", 'default:' . PRESENT . ':stays', 'default:' . LATER . ':stays',
        'default:generation:{1e}', 'default:17:of somebody else']);
});
$ini = ['strata.redis' => "redis-cluster://{$nodes->addresses()}", 'strata.local_ttl' => '0', 'strata.connect_rate' => '10000',
    'strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.max_value' => '1M'];
echo preg_replace('/127\.0\.0\.1:\d+/', 'NODE', php($ini, '
    require "' . __DIR__ . '/../../support/show.inc";
    $next = function (int $limit = 20, bool $count_only = false) {
        try {
            echo json_encode(array_slice(strata_purge("default", $limit, $count_only), 0, 4)), "\n";
        } catch (Strata\ConnectionException $thrown) {
            echo $thrown->getMessage(), "\n";
        }
    };
    $then = function (string $what) {
        (new Strata\Cache())->setMultiple(array_fill_keys(array_map(fn ($i) => str_repeat(" ", $i) . ":$what", range(1, 20)), 1));
        keep_asking();
        echo "-- $what\n";
    };
    $then("counting in between");
    $next();
    $next(20, true);
    $next();
    $next(1000, true);
    $next();
    $then("failing");
    $next();
    $next();
    $then("in order");
    $next(3000);
    foreach (["integer", "names", "cursor", "cursor-too-large", "no-string"] as $wrong) {
        $then($wrong);
        $next();
    }
    $then("large");
    $next(10000);
    $then("too large");
    $next(10000);
'));
$heard = array_unique(array_filter($nodes->heard(), fn ($line) => str_contains($line, 'SCAN') || str_contains($line, 'UNLINK')));
$words = array_unique(array_map(fn ($line) => preg_replace(['/^\d: /', '/^(SCAN) \d+/'], ['', '$1 n'], $line), $heard));
sort($words);
echo implode("\n", $words), "\n";
?>
--EXPECT--
-- counting in between
{"seen":6,"former":2,"removed":2,"done":false}
{"seen":6,"former":2,"removed":0,"done":false}
{"seen":6,"former":2,"removed":2,"done":false}
{"seen":6,"former":2,"removed":0,"done":false}
{"seen":3,"former":1,"removed":1,"done":true}
-- failing
database default: redis NODE: ERR out of order
database default: redis NODE: ERR out of order
-- in order
{"seen":15,"former":5,"removed":5,"done":true}
-- integer
database default: redis NODE: SCAN: the reply belongs to another question
-- names
database default: redis NODE: SCAN: the reply belongs to another question
-- cursor
database default: redis NODE: SCAN: the reply belongs to another question
-- cursor-too-large
database default: redis NODE: SCAN: the reply belongs to another question
-- no-string
database default: redis NODE: SCAN: the reply belongs to another question
-- large
{"seen":0,"former":0,"removed":0,"done":true}
-- too large
database default: redis NODE: a reply to SCAN is larger than strata.max_value allows
SCAN n MATCH default:[1-9]* COUNT 1
SCAN n MATCH default:[1-9]* COUNT 10
SCAN n MATCH default:[1-9]* COUNT 125
SCAN n MATCH default:[1-9]* COUNT 20
SCAN n MATCH default:[1-9]* COUNT 31
SCAN n MATCH default:[1-9]* COUNT 500
SCAN n MATCH default:[1-9]* COUNT 7
UNLINK default:1600000000000000:0-0
UNLINK default:1600000000000000:0-17
UNLINK default:1600000000000000:0-18446744073709551615
UNLINK default:1600000000000000:1-0
UNLINK default:1600000000000000:1-5
