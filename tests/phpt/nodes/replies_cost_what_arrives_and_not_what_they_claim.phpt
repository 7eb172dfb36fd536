--TEST--
Nodes: a reply takes memory for what arrives, whatever its header claims, and is never a value
--SKIPIF--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fake_nodes();
skip_without_child();
is_readable('/proc/self/status') || print('skip there is no /proc/self/status');
?>
--FILE--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';

/* Values may be as large as they may get, so that nothing is refused for its size: whatever believes a size has to pay for it. */
$ini = ['strata.local_ttl' => '0', 'strata.connect_rate' => '10000', 'strata.operation_timeout' => '10s', 'strata.request_budget' => '0',
    'strata.max_value' => '512M', 'memory_limit' => '64M'];
$ask = '
    require "' . __DIR__ . '/../../support/show.inc";
    function peak(): int
    {
        preg_match("/^VmPeak:\s*(\d+)/m", file_get_contents("/proc/self/status"), $found);
        return (int) ($found[1] / 1024);
    }
    $cache = new Strata\Cache();
    $cache->get("nothing");
    keep_asking();
    foreach (%s as $key) {
        $before = peak();
        $told = told(@$cache->fetch($key));
        $taken = peak() - $before;
        echo "$key: $told", $taken < 128 ? "" : ", and $taken MiB", "\n";
    }
    echo told($cache->fetch("good")), "\n";
';
$key = fn (array $words) => substr(strrchr($words[1] ?? '', ':'), 1);
$run = function (string $directive, string $dsn, array $keys) use ($ini, $ask) {
    echo "-- $directive\n", php([$directive => $dsn] + $ini, sprintf($ask, var_export($keys, true)));
};

$hostile = [
    'array' => "*100000000\r\n",
    'largest-array' => new LastWords("*1000000\r\n"),
    'arrays-in-arrays' => new LastWords(str_repeat("*1000000\r\n", 8)),
    'deep' => str_repeat("*1\r\n", 100000),
    'string' => new LastWords("\$536870911\r\nbeginning"),
    'array-of-strings' => new LastWords("*2\r\n\$536870911\r\nbeginning"),
    'negative-string' => "\$-5\r\n",
    'negative-array' => "*-5\r\n",
    'endless-status' => '+' . str_repeat('x', 3000000),
    'endless-length' => '$' . str_repeat('7', 3000000),
    'endless-number' => ':' . str_repeat('7', 3000000),
    'bare-line-feed' => "\$5\n" . str_repeat('7', 3000000),
    'many-elements' => "*2\r\n*1000000\r\n" . str_repeat(":1\r\n", 1000000) . "*1000000\r\n" . str_repeat(":1\r\n", 1000000),
];
$nodes = FakeNodes::redis(1, fn (int $node, array $words) => $words[0] !== 'GET' ? null : match ($key($words)) {
    'good' => "\$2\r\n42\r\n",
    default => $hostile[$key($words)] ?? null,
});
$run('strata.redis', "redis://{$nodes->address(0)}", array_keys($hostile));

$sizes = [
    'size' => new LastWords("VA 536870000 %s c1 t-1\r\nbeginning"),
    'size-over-the-limit' => "VA 99999999999 %s c1 t-1\r\nbeginning",
    'negative-size' => "VA -1 %s c1 t-1\r\nbeginning",
    'overflowing-size' => "VA 18446744073709551617 %s c1 t-1\r\n7\r\n",
    'endless-line' => 'HD ' . str_repeat('x', 3000000),
    'endless-flags' => 'HD ' . str_repeat('x ', 1500000),
    'endless-size' => 'VA ' . str_repeat('7', 3000000),
];
$nodes = FakeNodes::memcached(1, function (int $node, array $words) use ($key, $sizes) {
    $says = $words[0] === 'mg' ? $sizes[$key($words)] ?? null : null;
    $echo = $says === null ? '' : substr(MemcachedWords::echo($words), 1);
    if ($words[0] === 'mg' && $key($words) === 'good') {
        return 'VA 2' . MemcachedWords::echo($words) . " c1 t-1\r\n42\r\n";
    }
    return $says instanceof LastWords ? new LastWords(sprintf($says->bytes, $echo)) : ($says === null ? null : str_replace('%s', $echo, $says));
});
$run('strata.memcached', "memcached://{$nodes->address(0)}", array_keys($sizes));

/* The same in place of the map of a cluster: one process each, because a map is asked for once a second. */
$maps = ["*100000000\r\n", new LastWords("*16384\r\n*1000000\r\n:0\r\n"), str_repeat("*1\r\n", 100000),
    "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n\$536870911\r\n", '+' . str_repeat('x', 3000000)];
foreach ($maps as $map) {
    $map = is_string($map) && str_starts_with($map, "*1\r\n*3") ? new LastWords($map) : $map;
    $nodes = FakeNodes::redis(1, fn (int $node, array $words) => $words[0] === 'CLUSTER' ? $map : null);
    $run('strata.redis', "redis-cluster://{$nodes->address(0)}", ['map']);
}
?>
--EXPECT--
-- strata.redis
array: error redis (protocol)
largest-array: error redis (connection)
arrays-in-arrays: error redis (connection)
deep: error redis (protocol)
string: error redis (connection)
array-of-strings: error redis (connection)
negative-string: error redis (protocol)
negative-array: error redis (protocol)
endless-status: error redis (protocol)
endless-length: error redis (too_large)
endless-number: error redis (protocol)
bare-line-feed: error redis (protocol)
many-elements: error redis (protocol)
hit redis: 42
-- strata.memcached
size: error memcached (too_large)
size-over-the-limit: error memcached (too_large)
negative-size: error memcached (protocol)
overflowing-size: error memcached (protocol)
endless-line: error memcached (protocol)
endless-flags: error memcached (protocol)
endless-size: error memcached (protocol)
hit memcached: 42
-- strata.redis
map: error redis (protocol)
error redis (protocol)
-- strata.redis
map: error redis (connection)
error redis (connection)
-- strata.redis
map: error redis (protocol)
error redis (protocol)
-- strata.redis
map: error redis (connection)
error redis (connection)
-- strata.redis
map: error redis (protocol)
error redis (protocol)
