--TEST--
Redis: fetch(from:) asks no nearer tier and fills none, and fetchMultiple() says of each key which tier has it
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
skip_without_redis();
skip_without_memcached();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=from-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.local_ttl=60s
strata.databases=redis_only
strata.redis_only.memcached=
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

use Strata\Tier;

$cache = new Strata\Cache();
$tiers = fn (string $key) => implode(', ', array_map(fn ($tier) => told($cache->fetch($key, $tier)), Tier::cases()));
$cache->set('k', 'old');
$cache->get('k');
/* Another host's value, of which this one has not heard. */
echo on_another_host('var_dump((new Strata\Cache())->set("k", "new"));');
echo $tiers('k'), "\n";
echo told($cache->fetch('k')), ', ', $cache->get('k'), "\n";
$fresh = $cache->fetch('k', from: Tier::Redis);
var_dump($cache->compareAndSet('k', $fresh, 'newer'), $cache->get('k'));
echo $tiers('none'), "\n";

on_another_host('(new Strata\Cache())->set("elsewhere", 1.5);');
$found = $cache->fetchMultiple(['none', 'elsewhere', 'k']);
echo json_encode(array_map(fn ($result) => told($result), $found)), "\n";
echo thrown(fn () => (new Strata\Cache('redis_only'))->fetch('k', Tier::Memcached)), "\n";
?>
--EXPECTF--
bool(true)
hit local: 'old', hit %r(memcached|redis)%r: 'new', hit redis: 'new'
hit local: 'old', old
bool(true)
string(5) "newer"
miss redis, miss redis, miss redis
{"none":"miss redis","elsewhere":"hit %r(memcached|redis)%r: 1.5","k":"hit local: 'newer'"}
ValueError: Strata\Cache::fetch(): Argument #2 ($from) must be a tier of database redis_only, which has local and redis; memcached given
