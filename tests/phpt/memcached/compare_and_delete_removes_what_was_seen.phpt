--TEST--
memcached: compareAndDelete() removes what was seen and nothing else, among four processes
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_memcached();
skip_without_fork();
?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-compare-delete-${STRATA_TEST_RUN}
strata.local_ttl=1h
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/compare.inc';
require __DIR__ . '/../../support/servers.inc';

check_comparing_deletes(new Strata\Cache());

/* What was seen in the near copy is what the server has, or it is not. */
$cache = new Strata\Cache();
$cache->set('near', ['one', str_repeat('n', 700)]);
$seen = $cache->fetch('near');
on_another_host('(new Strata\Cache())->set("near", 2);');
var_dump($seen->tier, $cache->compareAndDelete('near', $seen), $cache->get('near'));
$seen = $cache->fetch('near');
var_dump($cache->compareAndDelete('near', $seen), $cache->get('near'));
?>
DONE
--EXPECT--
enum(Strata\Tier::Local)
bool(false)
int(2)
bool(true)
NULL
DONE
