--TEST--
Redis: clear() of one host makes the values unreachable for another within a second, in all tiers
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/web.inc';
skip_without_redis();
skip_without_memcached();
skip_without_web();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-clear-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.local_ttl=60s
strata.databases=other
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/web.inc';

$cache = new Strata\Cache();
$other = new Strata\Cache('other');
$cache->set('a', 'old');
$other->set('a', 'kept');
$web = new Web(strata_directives(), 'echo json_encode([strata_get("a"), (new Strata\Cache("other"))->fetch("a")->value]);');
echo $web->get(''), "\n";
var_dump($cache->clear(), $cache->get('a'), $other->get('a'));
usleep(1050000);
echo $web->get(''), "\n";
$cache->set('a', 'new');
echo $web->get(''), "\n";
?>
--EXPECT--
["old","kept"]
bool(true)
NULL
string(4) "kept"
[null,"kept"]
["new","kept"]
