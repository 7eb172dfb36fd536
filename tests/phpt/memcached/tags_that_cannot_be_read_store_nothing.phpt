--TEST--
memcached: where the number of a tag cannot be read nothing is stored, and no old value stays
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_AND_DEAD_DSN}"
strata.namespace=memcached-tags-unread-${STRATA_TEST_RUN}
strata.local_ttl=60s
strata.stale_on_error=60s
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
/* Half of all names are on a server that there is not. */
$keys = array_values(array_filter(array_map(fn ($i) => "key$i", range(1, 40)), fn ($key) => @$cache->set($key, 'old')));
$cache->set('good', 1);
keep_asking();
$is_known = fn (string $tag) => @$cache->set($keys[0], 'tried', tags: [$tag]);
$tags = array_map(fn ($i) => "tag$i", range(1, 40));
$known = array_values(array_filter($tags, $is_known));
$unknown = array_values(array_diff($tags, $known));
keep_asking();
echo count($known) > 0 && count($unknown) > 0 && count($keys) > 5 ? "both are there\n" : "no luck\n";

$state = fn (string $key) => told($cache->fetch($key));
var_dump($cache->set($keys[1], 'new', tags: [$known[0], $unknown[0]]), $state($keys[1]));
var_dump($cache->replace($keys[2], 'new', tags: [$unknown[0]]), $state($keys[2]));
var_dump($cache->add($keys[3], 'new', tags: [$unknown[0]]), $state($keys[3]));
var_dump($cache->setMultiple([$keys[4] => 'new', $keys[5] => 'new'], tags: [$unknown[0]]), $state($keys[4]), $state($keys[5]));
var_dump($cache->remember('computed', 60, fn () => 'value', tags: [$unknown[0]]), $cache->has('computed'));
var_dump($cache->set($keys[1], 'new', tags: [$known[0]]), $state($keys[1]));
?>
--EXPECT--
both are there
bool(false)
string(14) "miss memcached"
bool(false)
string(14) "miss memcached"
bool(false)
string(16) "hit local: 'old'"
bool(false)
string(14) "miss memcached"
string(14) "miss memcached"
string(5) "value"
bool(false)
bool(true)
string(16) "hit local: 'new'"
