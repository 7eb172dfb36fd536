--TEST--
policies: with three tiers a key is kept in those of its policy, and every verb goes by the deepest of them
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=tiers-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
strata.policies="lr:* tiers=local,redis; mr:* tiers=memcached,redis; r:* tiers=redis; lm:* tiers=local,memcached; m:* tiers=memcached; l:* tiers=local"
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$kinds = ['all', 'lr', 'mr', 'r', 'lm', 'm', 'l'];
$cache = new Strata\Cache();
$in_memcached = function (string $key): bool {
    foreach (servers_of('STRATA_TEST_MEMCACHED') as $server) {
        $bytes = memcached_read($server, remote_key($key));
        if ($bytes !== null && $bytes !== '') {
            return true;
        }
    }
    return false;
};
$places = fn (string $key) => 'in' . ($in_memcached($key) ? ' memcached' : '')
    . (redis(getenv('STRATA_TEST_REDIS'), 'EXISTS', remote_key($key)) ? ' redis' : '');
/* What another process of the host finds first, and what is on servers. */
$show = function (string $what, string $suffix) use ($cache, $kinds, $places) {
    echo "$what\n";
    foreach ($kinds as $kind) {
        echo "  $kind: ", told($cache->fetch("$kind:$suffix")), '; ', $places("$kind:$suffix"), "\n";
    }
};

foreach ($kinds as $kind) {
    $cache->set("$kind:set", 'value', 1000);
}
$show('set', 'set');

echo "on another host, twice\n";
echo on_another_host('require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    foreach (["all", "lr", "mr", "r", "lm", "m", "l"] as $kind) {
        echo "  $kind: ", told($cache->fetch("$kind:set")), ", ", told($cache->fetch("$kind:set")), "\n";
    }
');

foreach ($kinds as $kind) {
    $cache->delete("$kind:set");
}
$show('deleted', 'set');
foreach ($kinds as $kind) {
    $ok = [$cache->add("$kind:add", 1, 1000), !$cache->add("$kind:add", 2, 1000), $cache->replace("$kind:add", 3, 1000)];
    $seen = $cache->fetch("$kind:add");
    $ok[] = $cache->compareAndSet("$kind:add", $seen, 4, 1000);
    $ok[] = !$cache->compareAndSet("$kind:add", $seen, 5, 1000);
    $ok[] = $cache->touch("$kind:add", 500);
    $ok[] = $cache->increment("$kind:count", 5, 0, 1000) === 5;
    $ok[] = $cache->decrement("$kind:count", 2) === 3;
    $ok[] = $cache->get("$kind:count") === 3;
    $ok[] = $cache->remember("$kind:r", 1000, fn () => 'computed') === 'computed';
    $ok[] = $cache->remember("$kind:r", 1000, fn () => 'again') === 'computed';
    $ok[] = $cache->remember("$kind:r", 1000, fn () => 'forced', refresh: Strata\Refresh::Force) === 'forced';
    if (in_array(false, $ok, true)) {
        echo "$kind: ", json_encode($ok), "\n";
    }
}
$show('written', 'add');
$show('counted', 'count');
$show('computed', 'r');
foreach ($kinds as $kind) {
    $seen = $cache->fetch("$kind:r");
    if (!$cache->compareAndDelete("$kind:r", $seen) || $cache->has("$kind:r") || $places("$kind:r") !== 'in') {
        echo "$kind: not deleted\n";
    }
}
$cache->clear();
$show('cleared', 'add');
foreach (['voided', 'unfenced'] as $counter) {
    echo "$counter: ", array_sum(array_column(strata_status()['databases']['default'], $counter)), "\n";
}
?>
--EXPECT--
