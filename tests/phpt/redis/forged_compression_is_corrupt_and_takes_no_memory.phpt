--TEST--
redis: a compressed value that claims to be huge, or is no frame of zstd, is a miss and takes no memory
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
skip_without_redis();
if (!extension_loaded('strata') || strata_status()['zstd'] === null) exit('skip built without zstd');
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=forged-compression-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.max_value=512M
memory_limit=64M
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/envelope.inc';

function peak(): int
{
    preg_match('/VmHWM:\s+(\d+)/', file_get_contents('/proc/self/status'), $found);
    return (int) $found[1];
}

$server = getenv('STRATA_TEST_REDIS');
$cache = new Strata\Cache();
$cache->set('key', str_repeat('plain ', 2000));
$name = remote_key('key');
$sealed = redis($server, 'GET', $name);
$head = substr($sealed, 0, ENVELOPE_SIZE);
$frame = substr($sealed, ENVELOPE_SIZE);
$raw = "\x19\0\0abc"; /* a block of three bytes, the last one */
$repeated = str_repeat("\x02\0\x10x", 1023) . "\x03\0\x10x"; /* 128 KiB in four bytes, as often */
$cases = [
    'as it is' => $frame,
    'a claim of 1 GiB' => "\x28\xB5\x2F\xFD\xA0\0\0\0\x40$raw",
    'a claim of 2^62' => "\x28\xB5\x2F\xFD\xE0\0\0\0\0\0\0\0\x40$raw",
    'more than memory_limit' => "\x28\xB5\x2F\xFD\xA0\0\0\0\x08$repeated",
    'no size' => "\x28\xB5\x2F\xFD\0\x58$raw",
    'a dictionary' => "\x28\xB5\x2F\xFD\x21\7\3$raw",
    'skippable' => "\x50\x2A\x4D\x18\4\0\0\0abcd",
    'twice' => $frame . $frame,
    'nothing' => '',
    'no frame' => str_repeat('x', 100),
    'cut' => substr($frame, 0, -1),
    'as it was' => $frame,
];
$before = peak();
set_error_handler(fn ($level, $message) => print(preg_replace('/redis \S+:/', 'redis SERVER:', $message) . "\n"));
foreach ($cases as $what => $bytes) {
    redis($server, 'SET', $name, resealed($head . $bytes));
    echo "$what: ", told($cache->fetch('key')), "\n";
}
var_dump(peak() - $before < 32 * 1024);
?>
--EXPECT--
as it is: hit redis: 12000 bytes
a claim of 1 GiB: miss redis (corrupt)
a claim of 2^62: miss redis (corrupt)
more than memory_limit: Strata\Cache::fetch(): database default: redis SERVER: a compressed value is larger than what memory_limit leaves
error redis (too_large)
no size: miss redis (corrupt)
a dictionary: miss redis (corrupt)
skippable: miss redis (corrupt)
twice: miss redis (corrupt)
nothing: miss redis (corrupt)
no frame: miss redis (corrupt)
cut: miss redis (corrupt)
as it was: hit redis: 12000 bytes
bool(true)
