--TEST--
policies: local_ttl is the life of this host's copies of such keys, however they came; with 0 there is none
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=local-${STRATA_TEST_RUN}
strata.databases=second
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
strata.second.local_ttl=0
strata.policies="short:* local_ttl=300ms; none:* local_ttl=0; kept:* local_ttl=60s"
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

function show(Strata\Cache $cache, string $when): void
{
    echo "$when:\n";
    foreach (['short:set', 'short:filled', 'short:computed', 'none:set', 'kept:set', 'other'] as $key) {
        $tier = $cache->fetch($key)->tier->value;
        $got = $cache->get($key) === $key && $cache->getMultiple([$key]) === [$key => $key] && $cache->has($key);
        echo "  $key: ", $tier === 'local' ? 'here' : 'asked for', $got ? '' : ', and lost', "\n";
    }
}

foreach (['default', 'second'] as $database) {
    $cache = new Strata\Cache($database);
    foreach (['short:set', 'none:set', 'kept:set', 'other'] as $key) {
        $cache->set($key, $key, 1000);
    }
    strata_status();
    $cache->set('short:filled', 'before', 1000);
    usleep(350000);
    /* Another host's write, which this one finds when its copy is over. */
    $cache->set('short:filled', 'short:filled', 1000);
    $cache->remember('short:computed', 1000, fn () => 'short:computed');
    show($cache, "$database, at once");
    usleep(320000);
    foreach (['short:set', 'short:filled', 'short:computed'] as $key) {
        echo "  $key: ", $cache->fetch($key)->tier->value === 'local' ? 'here' : 'asked for', "\n";
    }
    show($cache, "$database, filled again");
}
?>
--EXPECT--
default, at once:
  short:set: asked for
  short:filled: here
  short:computed: here
  none:set: asked for
  kept:set: here
  other: here
  short:set: asked for
  short:filled: asked for
  short:computed: asked for
default, filled again:
  short:set: here
  short:filled: here
  short:computed: here
  none:set: asked for
  kept:set: here
  other: here
second, at once:
  short:set: asked for
  short:filled: here
  short:computed: here
  none:set: asked for
  kept:set: here
  other: asked for
  short:set: asked for
  short:filled: asked for
  short:computed: asked for
second, filled again:
  short:set: here
  short:filled: here
  short:computed: here
  none:set: asked for
  kept:set: here
  other: asked for
