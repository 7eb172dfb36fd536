--TEST--
memcached: a server that is down is a miss and false for its keys, and changes nothing for those of the others
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_AND_DEAD_DSN}"
strata.namespace=dead-${STRATA_TEST_RUN}
strata.local_ttl=0
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_rate=10000
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$live = $dead = [];
$cache->getMultiple(array_map(fn ($i) => "key $i", range(1, 50)));
keep_asking();
foreach (range(1, 50) as $i) {
    $cache->fetch("key $i")->node === '127.0.0.1:1' ? $dead[] = "key $i" : $live[] = "key $i";
}
var_dump(count($live) > 5, count($dead) > 5);
[$key] = $dead;
echo told($cache->fetch($key)), ' ', $cache->fetch($key)->node, "\n";
var_dump($cache->get($key, 'default'), $cache->has($key), $cache->set($key, 1), $cache->add($key, 1), $cache->delete($key), $cache->touch($key));
echo thrown(fn () => $cache->increment($key)), "\n";
var_dump($cache->remember($key, 60, fn () => 'computed'));

var_dump($cache->setMultiple(array_fill_keys([...$live, ...$dead], 'value')));
$read = $cache->getMultiple([$dead[0], ...$live, ...$dead], 'default');
var_dump(array_count_values($read) === ['default' => count($dead), 'value' => count($live)]);
var_dump(array_keys($read) === [$dead[0], ...$live, ...array_slice($dead, 1)]);
var_dump($cache->set($live[0], 'new'), $cache->get($live[0]), $cache->delete($live[0]));
var_dump($cache->deleteMultiple([$live[1], $dead[1]]), $cache->has($live[1]));
$reasons = strata_status()['nodes']['127.0.0.1:1']['reasons'];
unset($reasons['breaker_open']);
var_dump(array_keys($reasons), $reasons['refused'] > 5, strata_status()['nodes'][servers_of('STRATA_TEST_MEMCACHED')[0]]['reasons']);
?>
--EXPECT--
bool(true)
bool(true)
error memcached (refused) 127.0.0.1:1
string(7) "default"
bool(false)
bool(false)
bool(false)
bool(false)
bool(false)
Strata\ConnectionException: database default: memcached 127.0.0.1:1: connecting: Connection refused
string(8) "computed"
bool(false)
bool(true)
bool(true)
bool(true)
string(3) "new"
bool(true)
bool(false)
bool(false)
array(1) {
  [0]=>
  string(7) "refused"
}
bool(true)
array(0) {
}
