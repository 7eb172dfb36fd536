--TEST--
memcached: the envelope of another key is never returned: asked again on a new connection, then an error, and counted
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=desync-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.databases=b
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$cache->set('right', 'value of right');
$cache->set('victim', 'value of victim');
$from = $cache->fetch('right')->node;
$to = $cache->fetch('victim')->node;
memcached_write($to, remote_key('victim'), memcached_read($from, remote_key('right')));

$before = strata_status()['nodes'][$to];
echo told($cache->fetch('victim')), "\n";
$after = strata_status()['nodes'][$to];
foreach (['desyncs', 'connects'] as $counter) {
    echo "$counter: ", $after[$counter] - $before[$counter], "\n";
}
var_dump($after['closes'] > $before['closes'], $after['operations'] - $before['operations']);
var_dump($cache->get('victim', 'default'), $cache->has('victim'));
var_dump($cache->getMultiple(['right', 'victim', 'none'], 'default'));
var_dump($cache->get('right'), $cache->set('victim', 'again'), $cache->get('victim'));

$other = new Strata\Cache('b');
$other->set('right', 'of another database');
$of_other = memcached_read($from, remote_key('right', 'b'));
memcached_write($from, remote_key('right'), $of_other);
echo told($cache->fetch('right')), "\n";
?>
--EXPECT--
error memcached (desync)
desyncs: 2
connects: 1
bool(true)
int(2)
string(7) "default"
bool(false)
array(3) {
  ["right"]=>
  string(14) "value of right"
  ["victim"]=>
  string(7) "default"
  ["none"]=>
  string(7) "default"
}
string(14) "value of right"
bool(true)
string(5) "again"
error memcached (desync)
