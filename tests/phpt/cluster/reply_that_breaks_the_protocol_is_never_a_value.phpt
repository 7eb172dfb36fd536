--TEST--
Redis Cluster: replies that are cut, too long, of a wrong type or of another key are errors, and never a value
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

$nodes = FakeNodes::redis(2, function (int $node, array $words, FakeNodes $nodes) {
    static $stored = '';
    if ($words[0] === 'SET' && str_ends_with($words[1], ':source')) {
        $stored = $words[2];
    }
    if ($words[0] !== 'GET') {
        return null;
    }
    $slot = slot_of($words[1]);
    return match (substr(strrchr($words[1], ':'), 1)) {
        'cut' => new LastWords("$100\r\nbeginning"),
        'half-a-line' => new LastWords("$1"),
        'closed' => new LastWords(),
        'integer' => ":42\r\n",
        'status' => "+42\r\n",
        'array' => "*1\r\n$2\r\n42\r\n",
        'nil-array' => "*-1\r\n",
        'error' => "-ERR something else\r\n",
        'oom' => "-OOM command not allowed when used memory > 'maxmemory'.\r\n",
        'wrong-type' => "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        'noauth' => "-NOAUTH Authentication required.\r\n",
        'loading' => "-LOADING Redis is loading the dataset in memory\r\n",
        'down' => "-CLUSTERDOWN The cluster is down\r\n",
        'unserved' => "-CLUSTERDOWN Hash slot not served\r\n",
        'try-again' => "-TRYAGAIN Multiple keys request during rehashing of slot\r\n",
        'hostile-bulk' => "$99999999999\r\n",
        'overflowing-bulk' => "$18446744073709551618\r\n42\r\n",
        'negative-bulk' => "$-2\r\n",
        'hostile-array' => "*100000000\r\n",
        'endless-array' => "*2147483647\r\n" . str_repeat("*2147483647\r\n", 100),
        'deep-array' => str_repeat("*1\r\n", 10000),
        'endless-line' => '+' . str_repeat('x', 4000000),
        'third-version' => "%1\r\n+a\r\n+b\r\n",
        'wrong-end' => "$2\r\n4242\r\n",
        'two-replies' => "$2\r\n42\r\n$2\r\n43\r\n",
        'web' => new LastWords("HTTP/1.1 400 Bad Request\r\n\r\n"),
        'moved-nowhere' => "-MOVED $slot\r\n",
        'moved-text' => "-MOVED here there\r\n",
        'moved-port-0' => "-MOVED $slot 127.0.0.1:0\r\n",
        'moved-port-99999' => "-MOVED $slot 127.0.0.1:99999\r\n",
        'moved-slot-16384' => "-MOVED 16384 {$nodes->address(1)}\r\n",
        'moved-another-slot' => '-MOVED ' . ($slot + 1) % 16384 . " {$nodes->address(1)}\r\n",
        'another-key' => RedisWords::bulk($stored),
        'good' => "$2\r\n42\r\n",
        default => null,
    };
});
$keys = ['cut', 'half-a-line', 'closed', 'integer', 'status', 'array', 'nil-array', 'error', 'oom', 'wrong-type', 'noauth',
    'loading', 'down', 'unserved', 'try-again', 'hostile-bulk', 'overflowing-bulk', 'negative-bulk', 'hostile-array',
    'endless-array', 'deep-array', 'endless-line', 'third-version', 'wrong-end', 'two-replies', 'web', 'moved-nowhere',
    'moved-text', 'moved-port-0', 'moved-port-99999', 'moved-slot-16384', 'moved-another-slot', 'another-key'];
$ini = ['strata.redis' => "redis-cluster://{$nodes->addresses()}", 'strata.local_ttl' => '0', 'strata.connect_rate' => '10000', 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0',
    'memory_limit' => '64M'];
echo preg_replace(['/127\.0\.0\.1:\d+/', '/ in Command line.*/'], ['NODE', ''], php($ini, '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    $cache->set("source", "value of source");
    $cache->getMultiple(array_map(fn ($i) => "nothing $i", range(1, 50)));
    keep_asking();
    foreach (' . var_export($keys, true) . ' as $key) {
        $found = $cache->fetch($key);
        $line = told($found) . ($found->value === null ? "" : " with a value");
        $value = $cache->get("good");
        echo "$key: $line", $value === 42 ? "" : ", and then not 42", "\n";
    }
'));
?>
--EXPECT--
cut: error redis (connection)
half-a-line: error redis (connection)
closed: error redis (connection)
integer: error redis (desync)
status: error redis (desync)
array: error redis (desync)
nil-array: miss redis
error: error redis (server)
oom: error redis (server)
wrong-type: error redis (server)
Warning: Strata\Cache::fetch(): database default: redis NODE: NOAUTH Authentication required.
noauth: error redis (auth)
loading: error redis (not_ready)
down: error redis (not_ready)
unserved: error redis (no_owner)
try-again: error redis (server)
Warning: Strata\Cache::fetch(): database default: redis NODE: waiting for a reply: the reply is larger than strata.max_value allows
hostile-bulk: error redis (too_large)
overflowing-bulk: error redis (protocol)
negative-bulk: error redis (protocol)
hostile-array: error redis (protocol)
endless-array: error redis (protocol)
deep-array: error redis (protocol)
endless-line: error redis (protocol)
third-version: error redis (protocol)
wrong-end: error redis (protocol)
two-replies: error redis (desync)
web: error redis (protocol)
moved-nowhere: error redis (protocol)
moved-text: error redis (protocol)
moved-port-0: error redis (protocol)
moved-port-99999: error redis (protocol)
moved-slot-16384: error redis (protocol)
moved-another-slot: error redis (protocol)
another-key: error redis (desync)
