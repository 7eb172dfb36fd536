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
set
  all: hit local: 'value'; in redis
  lr: hit local: 'value'; in redis
  mr: hit redis: 'value'; in memcached redis
  r: hit redis: 'value'; in redis
  lm: hit local: 'value'; in memcached
  m: hit memcached: 'value'; in memcached
  l: hit local: 'value'; in
on another host, twice
all: hit redis: 'value', hit local: 'value'
  lr: hit redis: 'value', hit local: 'value'
  mr: hit memcached: 'value', hit memcached: 'value'
  r: hit redis: 'value', hit redis: 'value'
  lm: hit memcached: 'value', hit local: 'value'
  m: hit memcached: 'value', hit memcached: 'value'
  l: miss local, miss local
deleted
  all: miss redis; in
  lr: miss redis; in
  mr: miss redis; in
  r: miss redis; in
  lm: miss memcached; in
  m: miss memcached; in
  l: miss local; in
written
  all: hit redis: 4; in redis
  lr: hit redis: 4; in redis
  mr: hit redis: 4; in redis
  r: hit redis: 4; in redis
  lm: hit memcached: 4; in memcached
  m: hit memcached: 4; in memcached
  l: hit local: 4; in
counted
  all: hit local: 3; in redis
  lr: hit local: 3; in redis
  mr: hit redis: 3; in redis
  r: hit redis: 3; in redis
  lm: hit local: 3; in memcached
  m: hit memcached: 3; in memcached
  l: hit local: 3; in
computed
  all: hit local: 'forced'; in redis
  lr: hit local: 'forced'; in redis
  mr: hit redis: 'forced'; in memcached redis
  r: hit redis: 'forced'; in redis
  lm: hit local: 'forced'; in memcached
  m: hit memcached: 'forced'; in memcached
  l: hit local: 'forced'; in
cleared
  all: miss redis; in
  lr: miss redis; in
  mr: miss redis; in
  r: miss redis; in
  lm: miss memcached; in
  m: miss memcached; in
  l: miss local; in
voided: 0
unfenced: 0
