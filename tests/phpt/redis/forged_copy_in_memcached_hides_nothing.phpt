--TEST--
Redis: what is forged in memcached is neither believed nor copied into the local tier, nor does it hide what Redis has
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
skip_without_redis();
skip_without_memcached();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=forged-copy-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
strata.fingerprint_key=of our own
strata.unserialize_classes=none
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/forgery.inc';

/* The bytes that memcached holds under the key are exchanged for these. */
$exchange = function (string $key, callable $by) {
    foreach (servers_of('STRATA_TEST_MEMCACHED') as $server) {
        $bytes = memcached_read($server, remote_key($key));
        if ($bytes !== null) {
            memcached_write($server, remote_key($key), $by($bytes));
            return;
        }
    }
    echo "memcached has no $key\n";
};
$elsewhere = fn (string $key) => on_another_host('require "' . __DIR__ . '/../../support/show.inc";
    require "' . __DIR__ . '/../../support/forgery.inc";
    $cache = new Strata\Cache();
    echo told($cache->fetch("' . $key . '")), "; ", told($cache->fetch("' . $key . '")), ", ", Ran::told(), "\n";');

$cache = new Strata\Cache();
foreach (['forged', 'moved', 'cut', 'other'] as $key) {
    $cache->set($key, "the value of $key");
    on_another_host("strata_get('$key');"); // in memcached by now, whether set() put it there or the get did
}
$other = null;
$exchange('other', function (string $bytes) use (&$other) {
    return $other = $bytes;
});
$exchange('forged', fn ($bytes) => forged($bytes, CODEC_PHP, 'O:5:"Woken":0:{}'));
$exchange('moved', fn () => $other);
$exchange('cut', fn ($bytes) => substr($bytes, 0, -1));
foreach (['forged', 'moved', 'cut', 'other'] as $key) {
    echo $elsewhere($key);
}
?>
--EXPECT--
hit redis: 'the value of forged'; hit local: 'the value of forged', nothing ran
hit redis: 'the value of moved'; hit local: 'the value of moved', nothing ran
hit redis: 'the value of cut'; hit local: 'the value of cut', nothing ran
hit memcached: 'the value of other'; hit local: 'the value of other', nothing ran
