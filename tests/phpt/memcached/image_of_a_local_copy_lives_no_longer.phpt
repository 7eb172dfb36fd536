--TEST--
strata.local_ttl: a local copy that becomes an image when it is read lives no longer by that
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=image-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=400ms
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

/* has() brings the bytes here, fetch() makes an image of them; again where this machine was too slow for it. */
$cache = new Strata\Cache();
on_another_host('strata_set("key", ["a" => "value"]);');
for ($tries = 0; $tries < 100; $tries++) {
    $cache->has('key');
    usleep(250_000);
    if ($cache->fetch('key')->tier === Strata\Tier::Local) {
        break;
    }
    usleep(450_000);
}
usleep(200_000);
echo told($cache->fetch('key')), "\n";
?>
--EXPECT--
hit memcached: array (
  'a' => 'value',
)
