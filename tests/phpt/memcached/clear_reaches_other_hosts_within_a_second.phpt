--TEST--
memcached: clear() of one host makes the values unreachable for another within a second, and no server is flushed
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/web.inc';
skip_without_memcached();
skip_without_web();
?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-clear-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.databases=other
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/web.inc';

$cache = new Strata\Cache();
$other = new Strata\Cache('other');
$cache->setMultiple(['a' => 'old', 'b' => 'old']);
$other->set('a', 'kept');
$web = new Web(strata_directives(), 'echo json_encode([strata_get("a"), (new Strata\Cache("other"))->get("a")]);');
echo $web->get(''), "\n";
$flushes = fn () => array_sum(array_map(fn ($server) => memcached_stat($server, 'cmd_flush'), servers_of('STRATA_TEST_MEMCACHED')));
$before = $flushes();
var_dump($cache->clear(), $cache->get('a'), $other->get('a'));
usleep(1050000);
echo $web->get(''), "\n";
$cache->set('a', 'new');
echo $web->get(''), "\n";
var_dump($flushes() - $before);
?>
--EXPECT--
["old","kept"]
bool(true)
NULL
string(4) "kept"
[null,"kept"]
["new","kept"]
int(0)
