--TEST--
Redis: bytes without an envelope are a foreign miss, but for an integer; other types and flipped bits are none of ours
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-foreign-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_rate=10000
strata.connect_timeout=5s
strata.local_ttl=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/envelope.inc';

$redis = fn (string ...$command) => redis(getenv('STRATA_TEST_REDIS'), ...$command);
$cache = new Strata\Cache();
$cache->set('key', 'sixteen bytes...');
$cache->set('other', 'of another key');
$name = remote_key('key');
$sealed = $redis('GET', $name);
var_dump(looks_sealed($sealed));
foreach (['plain text', '', '012', '+1', '9223372036854775808', 's:1:"a";'] as $bytes) {
    $redis('SET', $name, $bytes);
    echo told($cache->fetch('key')), "\n";
}
foreach (['42', '-9223372036854775808'] as $digits) {
    $redis('SET', $name, $digits);
    var_dump($cache->get('key'));
}
$told = [];
for ($i = 0; $i < strlen($sealed); $i++) {
    $flipped = $sealed;
    $flipped[$i] = $flipped[$i] ^ chr(1 << $i % 8);
    $redis('SET', $name, $flipped);
    $found = told($cache->fetch('key'));
    $told[$found] = ($told[$found] ?? 0) + 1;
}
print_r($told);
$redis('SET', $name, resealed(substr_replace($sealed, chr(200), AT_CODEC, 1)));
echo told($cache->fetch('key')), "\n";

$node = getenv('STRATA_TEST_REDIS');
$before = strata_status()['nodes'][$node];
$redis('SET', $name, $redis('GET', remote_key('other')));
echo told($cache->fetch('key')), ' ', json_encode($cache->getMultiple(['other', 'key', 'none'])), "\n";
$after = strata_status()['nodes'][$node];
var_dump($after['desyncs'] - $before['desyncs'], $after['connects'] > $before['connects'], $after['closes'] > $before['closes']);

foreach ([['RPUSH', 'a', 'b'], ['HSET', 'a', 'b'], ['SADD', 'a']] as $command) {
    $redis('DEL', $name);
    $redis($command[0], $name, ...array_slice($command, 1));
    $found = $cache->fetch('key');
    echo $command[0], ': ', $found->value === null && $found->reason !== null ? 'no value, with a reason' : told($found), ', ';
    echo $cache->get('key', 'default'), ', ', told($cache->fetch('other')), "\n";
    echo thrown(fn () => $cache->increment('key')), "\n";
}
var_dump($cache->set('key', 'ours again'), $cache->get('key'));
?>
--EXPECT--
bool(true)
miss redis (foreign)
miss redis (foreign)
miss redis (foreign)
miss redis (foreign)
miss redis (foreign)
miss redis (foreign)
int(42)
int(-9223372036854775808)
Array
(
    [miss redis (foreign)] => 8
    [hit redis: 'sixteen bytes...'] => 16
    [miss redis (corrupt)] => 86
    [miss redis (other_key)] => 2
)
miss redis (unknown_codec)
error redis (desync) {"other":"of another key","key":null,"none":null}
int(4)
bool(true)
bool(true)
RPUSH: no value, with a reason, default, hit redis: 'of another key'
Strata\SerializationException: key "key": the stored value is not an integer
HSET: no value, with a reason, default, hit redis: 'of another key'
Strata\SerializationException: key "key": the stored value is not an integer
SADD: no value, with a reason, default, hit redis: 'of another key'
Strata\SerializationException: key "key": the stored value is not an integer
bool(true)
string(10) "ours again"
