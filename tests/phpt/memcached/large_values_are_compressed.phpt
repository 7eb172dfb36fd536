--TEST--
strata.compress_from: large values are compressed on the server, and read by hosts that compress nothing
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
skip_without_memcached();
if (!extension_loaded('strata') || strata_status()['zstd'] === null) exit('skip built without zstd');
?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=compressed-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/envelope.inc';

/** What the server holds: "compressed, 100 bytes", and whether its seal is right. */
function held(string $key): string
{
    $node = on_another_host("echo (new Strata\\Cache())->fetch('$key')->node;", ['strata.memory' => '0']);
    $sealed = memcached_read($node, remote_key($key));
    $size = strlen($sealed) - ENVELOPE_SIZE;
    return (ord($sealed[AT_FLAGS]) & 1 ? ($size < 5000 ? "compressed" : "compressed to $size") : "$size bytes") . (looks_sealed($sealed) ? '' : ', no seal');
}

$cache = new Strata\Cache();
$rows = array_map(fn ($i) => ['id' => $i, 'name' => "name of $i"], range(1, 500));
$values = ['small' => str_repeat('x', 2047), 'large' => str_repeat('x', 2048), 'rows' => $rows,
    'noise' => random_bytes(5000), 'over -I' => str_repeat('0123456789', 300000)];
foreach ($values as $key => $value) {
    var_dump($cache->set($key, $value, 600));
    echo "$key: ", held($key), "\n";
    expect_same($value, $cache->get($key), $key);
}
$digests = fn (string $ini) => on_another_host('foreach (["small", "large", "rows", "noise", "over -I"] as $key)
    echo substr(md5(serialize(strata_get($key))), 0, 4), " ";', ['strata.compress_from' => $ini]);
$expected = implode(' ', array_map(fn ($value) => substr(md5(serialize($value)), 0, 4), $values)) . ' ';
var_dump($digests('2K') === $expected, $digests('0') === $expected);

echo "changed in place:\n";
var_dump($cache->touch('large', 900), held('large'));
$seen = $cache->fetch('rows');
var_dump($cache->compareAndSet('rows', $seen, array_reverse($rows)), $cache->get('rows')[0]['id']);
var_dump($cache->compareAndSet('rows', $seen, 'late'));

echo "where nothing is compressed:\n";
on_another_host('strata_set("large", str_repeat("y", 3000), 600);', ['strata.compress_from' => '0']);
echo held('large'), "\n";

echo "where less is allowed:\n";
echo preg_replace('/memcached \S+:\d+:/', 'memcached SERVER:', on_another_host('
    require "' . __DIR__ . '/../../support/show.inc";
    set_error_handler(fn ($level, $message) => print("$message\n"));
    echo told((new Strata\Cache())->fetch("over -I")), "\n";
    var_dump(strata_get("over -I"), strata_set("over -I", "fits"), strata_get("over -I"));', ['strata.max_value' => '1M']));
?>
--EXPECT--
bool(true)
small: 2047 bytes
bool(true)
large: compressed
bool(true)
rows: compressed
bool(true)
noise: 5000 bytes
bool(true)
over -I: compressed
bool(true)
bool(true)
changed in place:
bool(true)
string(10) "compressed"
bool(true)
int(500)
bool(false)
where nothing is compressed:
3000 bytes
where less is allowed:
Strata\Cache::fetch(): database default: memcached SERVER: a compressed value is larger than strata.max_value allows
error memcached (too_large)
NULL
bool(true)
string(4) "fits"
