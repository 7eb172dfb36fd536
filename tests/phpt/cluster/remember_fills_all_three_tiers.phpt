--TEST--
Redis Cluster: what remember() computed is in all three tiers, and each answers when the nearer ones are empty
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
skip_without_cluster();
skip_without_memcached();
?>
--INI--
strata.redis="${STRATA_TEST_CLUSTER_DSN}"
strata.namespace=remember-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.local_ttl=60s
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$forget = function () {
    foreach (servers_of('STRATA_TEST_MEMCACHED') as $server) {
        $answers[] = substr(memcached($server, 'md ' . base64_encode(remote_key('key')) . " b\r\n"), 0, 2);
    }
    sort($answers);
    echo implode(' ', $answers), "\n";
};
$elsewhere = fn (string $computes) => on_another_host('require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    echo json_encode($cache->remember("key", 600, fn () => ["' . $computes . '"])), " now ", $cache->fetch("key")->tier->value, "\n";
    echo json_encode(array_map(fn ($tier) => $tier["hits"], strata_status()["databases"]["default"])), "\n";');

echo json_encode(strata_remember('key', 600, fn () => ['computed'])), "\n";
echo $elsewhere('never');
$forget();
echo $elsewhere('never');
echo $elsewhere('never');
$forget();
cluster('DEL', remote_key('key'));
echo $elsewhere('computed again');
$forget();
echo json_encode(strata_get('key')), "\n";
?>
--EXPECT--
["computed"]
["computed"] now local
{"local":1,"memcached":0,"redis":1}
HD NF
["computed"] now local
{"local":1,"memcached":0,"redis":1}
["computed"] now local
{"local":1,"memcached":1,"redis":0}
HD NF
["computed again"] now local
{"local":1,"memcached":0,"redis":0}
NF NF
["computed"]
