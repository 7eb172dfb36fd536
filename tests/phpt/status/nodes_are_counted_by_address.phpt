--TEST--
strata_status(): "nodes" counts commands, connections, AUTHs, bytes and reasons of each server
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_redis();
skip_without_memcached();
skip_without_fork();
?>
--INI--
strata.compress_from=0
strata.redis="${STRATA_TEST_REDIS_1_DSN}"
strata.memcached="${STRATA_TEST_ONE_MEMCACHED_DSN}"
strata.namespace=nodes-${STRATA_TEST_RUN}
strata.memory=0
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';

$redis = getenv('STRATA_TEST_REDIS');
[$memcached] = servers_of('STRATA_TEST_MEMCACHED');
$text = str_repeat('x', 10000);
$work = function (int $who = 9) use ($text) {
    $cache = new Strata\Cache();
    for ($i = 0; $i < 10; $i++) {
        $cache->set("key $who $i", $text);
        $cache->get("key $who $i"); /* Redis has it, and memcached is filled */
        $cache->get("key $who $i");
        $cache->get("none $who $i");
        $cache->delete("key $who $i");
    }
};
$work();
in_children(2, $work);
$nodes = strata_status()['nodes'];
foreach ([$memcached, $redis] as $address) {
    $node = $nodes[$address];
    echo $node['protocol'], ': ', $node['connects'], ' connects, ', $node['auths'], ' auths, ', json_encode($node['reasons']), ' ',
        $node['redirects'] + $node['desyncs'] + $node['refreshes'], "\n";
    var_dump($node['bytes_sent'] > 300000 && $node['bytes_sent'] < 400000);
}
var_dump($nodes[$memcached]['bytes_received'] > 300000, $nodes[$redis]['bytes_received'] > 300000);
$tiers = strata_status()['databases']['default'];
foreach ($tiers as $name => $tier) {
    unset($tier['reasons'], $tier['sessions']);
    echo $name, ' ', json_encode(array_filter($tier)), "\n";
}
?>
--EXPECT--
memcached: 3 connects, 0 auths, [] 0
bool(true)
redis: 3 connects, 3 auths, [] 0
bool(true)
bool(true)
bool(true)
memcached {"hits":30,"misses":60,"deletes":30,"fills":30,"operations":{"get":{"hit":30,"miss":60},"delete":{"removed":30},"fill":{"stored":30}},"value_bytes_read":300000,"value_bytes_stored":300000}
redis {"hits":30,"misses":30,"sets":30,"deletes":30,"operations":{"get":{"hit":30,"miss":30},"set":{"stored":30},"delete":{"removed":30}},"value_bytes_read":300000,"value_bytes_stored":300000}
