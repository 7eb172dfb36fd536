--TEST--
memcached: compareAndSet() stores over what was seen and over nothing else, among four processes
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_memcached();
skip_without_fork();
?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-compare-${STRATA_TEST_RUN}
strata.local_ttl=1h
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/compare.inc';

check_comparing(new Strata\Cache());

/* What was seen in the near copy is what the server has. */
$cache = new Strata\Cache();
$cache->set('near', ['one', str_repeat('n', 700)]);
$seen = $cache->fetch('near');
var_dump($seen->tier, $cache->compareAndSet('near', $seen, ['two']), $cache->fetch('near')->value);

/* A copy that is old by now: another host wrote, and this one has not been told. */
$seen = $cache->fetch('near');
$other = proc_open([getenv('TEST_PHP_EXECUTABLE') ?: PHP_BINARY, '-n', '-d', 'extension=' . getenv('STRATA_SO'),
    ...array_merge(...array_map(fn ($name) => ['-d', "strata.$name='" . ini_get("strata.$name") . "'"], ['memcached', 'namespace', 'operation_timeout', 'connect_timeout'])),
    '-r', 'exit(strata_set("near", ["elsewhere"]) ? 0 : 1);'], [], $pipes);
var_dump(proc_close($other), $cache->get('near'), $cache->compareAndSet('near', $seen, ['three']), $cache->get('near'));
?>
DONE
--EXPECT--
enum(Strata\Tier::Local)
bool(true)
array(1) {
  [0]=>
  string(3) "two"
}
int(0)
array(1) {
  [0]=>
  string(3) "two"
}
bool(false)
array(1) {
  [0]=>
  string(9) "elsewhere"
}
DONE
