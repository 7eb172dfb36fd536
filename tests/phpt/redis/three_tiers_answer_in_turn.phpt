--TEST--
Redis: local, memcached and Redis answer in this order, and who was asked in vain is filled
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
skip_without_redis();
skip_without_memcached();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=tiers-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.local_ttl=60s
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$memcached = function (string $key): ?string {
    foreach (servers_of('STRATA_TEST_MEMCACHED') as $server) {
        $bytes ??= memcached_read($server, remote_key($key));
    }
    return $bytes === '' ? null : $bytes; /* what a get left, for three seconds */
};
$forget = function (string $key) {
    foreach (servers_of('STRATA_TEST_MEMCACHED') as $server) {
        memcached($server, 'md ' . base64_encode(remote_key($key)) . " b\r\n");
    }
};
$redis = fn (string $key) => redis(getenv('STRATA_TEST_REDIS'), 'GET', remote_key($key));
$elsewhere = fn () => on_another_host('require "' . __DIR__ . '/../../support/show.inc";
    $found = (new Strata\Cache())->fetch("key");
    echo "elsewhere: ", told($found), " ", $found->ttl > 900 && $found->ttl <= 1000 ? "ends in time" : "wrong end", "\n";');

$cache = new Strata\Cache();
$cache->remember('key', 1000, fn () => 'value');
echo told($cache->fetch('key')), "\n";
var_dump($memcached('key') !== null, $redis('key') !== null);
echo $elsewhere(), $elsewhere();
$forget('key');
var_dump($memcached('key'));
echo $elsewhere();
var_dump($memcached('key') !== null);
echo $elsewhere();

redis(getenv('STRATA_TEST_REDIS'), 'DEL', remote_key('key'));
echo $elsewhere();
var_dump($cache->delete('key'), $memcached('key'), $redis('key'), $cache->has('key'));

$cache->set('key', 'again');
var_dump($cache->add('key', 'added'), $cache->get('key'), $cache->replace('key', 'replaced'), $cache->get('key'));
var_dump($cache->increment('count', 5), $memcached('count'), $redis('count'), $cache->get('count'), $memcached('count'));
var_dump($cache->increment('count'), $cache->get('count'));
var_dump($cache->touch('key', 5000), $cache->fetch('key')->ttl > 4900, $cache->clear(), $cache->get('key'));
?>
--EXPECT--
hit local: 'value'
bool(false)
bool(true)
elsewhere: hit redis: 'value' ends in time
elsewhere: hit memcached: 'value' ends in time
NULL
elsewhere: hit redis: 'value' ends in time
bool(true)
elsewhere: hit memcached: 'value' ends in time
elsewhere: hit memcached: 'value' ends in time
bool(true)
NULL
NULL
bool(false)
bool(false)
string(5) "again"
bool(true)
string(8) "replaced"
int(5)
NULL
string(1) "5"
int(5)
NULL
int(6)
int(6)
bool(true)
bool(true)
bool(true)
NULL
