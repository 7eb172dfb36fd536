--TEST--
Redis: no verb takes a placeholder for a value, and what is none is taken over once
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-placeholder-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.lease_wait=200ms
strata.local_ttl=0
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/placeholders.inc';

$server = getenv('STRATA_TEST_REDIS');
check_placeholders(
    new Strata\Cache(),
    fn (string $key) => redis($server, 'GET', remote_key($key)),
    fn (string $key, string $bytes) => redis($server, 'SET', remote_key($key), $bytes, 'PX', '600000'),
);

/* Those of former generations are purged like values. */
$cache = new Strata\Cache();
$cache->remember('left behind', 60, function () use ($cache, &$former) {
    $former = remote_key('left behind');
    return $cache->clear();
});
echo what_is(redis($server, 'GET', $former)), ', and purged ', strata_purge('default', 1_000_000)['removed'] > 0 ? 'something: ' : 'nothing: ';
echo what_is(redis($server, 'GET', $former)), "\n";
?>
--EXPECT--
a value is there
get returned 'default', the placeholder is there
has returned false, the placeholder is there
fetch returned 'miss redis', the placeholder is there
getMultiple returned NULL, the placeholder is there
replace returned false, the placeholder is there
touch returned false, the placeholder is there
compareAndDelete returned true, the placeholder is there
delete returned true, nothing is there
add returned true, a value is there
set returned true, a value is there
compareAndSet returned true, a value is there
increment returned 2, 2 is there
with a beginning returned 42, 42 is there
decrement returned -3, -3 is there
with a value: foreign, computed 1 times
flipped: corrupt, computed 1 times
of another key: desync, computed 1 times
short: foreign, computed 1 times
empty: foreign, computed 1 times
of a later version: unknown_codec, computed 1 times
a value is there: 41 42 -8 -8, a value is there
the placeholder is there, and purged something: nothing is there
