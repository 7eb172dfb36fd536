--TEST--
Generations: what a host changes in the second after another one's clear() is changed for all, on every kind of server
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_redis();
skip_without_memcached();
skip_without_cluster();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/hosts.inc';

const ROUNDS = 10;
$inis = [
    'redis' => ['strata.redis' => getenv('STRATA_TEST_REDIS_DSN')],
    'cluster' => ['strata.redis' => getenv('STRATA_TEST_CLUSTER_DSN')],
    'memcached' => ['strata.memcached' => getenv('STRATA_TEST_MEMCACHED_DSN')],
    'memcached over redis' => ['strata.memcached' => getenv('STRATA_TEST_MEMCACHED_DSN'), 'strata.redis' => getenv('STRATA_TEST_REDIS_DSN')],
];

/* What A stores after its clear(), what B does about it before it has heard of that, and what A finds then. */
$steps = [
    'delete' => ['$cache->set("k", "old")', '$cache->delete("k")', '$cache->get("k")', null],
    'deleteMultiple' => ['$cache->set("k", "old")', '$cache->deleteMultiple(["k", "l", "m"])', '$cache->get("k")', null],
    'set' => ['$cache->set("k", "old")', '$cache->set("k", "new")', '$cache->get("k")', 'new'],
    'setMultiple' => ['$cache->set("k", "old")', '$cache->setMultiple(["k" => "new", "l" => 1, "m" => 2])', '$cache->get("k")', 'new'],
    'add' => ['true', '$cache->add("k", "new")', '$cache->get("k")', 'new'],
    'replace' => ['$cache->set("k", "old")', '$cache->replace("k", "new")', '$cache->get("k")', 'new'],
    'increment' => ['$cache->increment("k", 5)', '$cache->increment("k") === 6', '$cache->increment("k")', 7],
    'touch' => ['$cache->set("k", "old", 1000)', '$cache->touch("k", 50)', '$cache->fetch("k")->ttl <= 50', true],
];
foreach ($inis as $name => $ini) {
    $ini += ['strata.namespace' => 'confirm-' . getenv('STRATA_TEST_RUN')];
    $a = new Host($ini);
    $b = new Host($ini);
    $right = [];
    foreach ($steps as $step => [$before, $change, $look, $expected]) {
        $right[$step] = 0;
        for ($i = 0; $i < ROUNDS; $i++) {
            $b->ask('$cache->get("k")');
            $did = [$a->ask('$cache->clear()'), $a->ask($before) !== false, $b->ask($change)];
            $right[$step] += $did === [true, true, true] && $a->ask("strata_request_boundary() ?? $look") === $expected ? 1 : 0;
        }
    }
    echo "$name: ", json_encode($right), "\n";
}
?>
--EXPECT--
redis: {"delete":10,"deleteMultiple":10,"set":10,"setMultiple":10,"add":10,"replace":10,"increment":10,"touch":10}
cluster: {"delete":10,"deleteMultiple":10,"set":10,"setMultiple":10,"add":10,"replace":10,"increment":10,"touch":10}
memcached: {"delete":10,"deleteMultiple":10,"set":10,"setMultiple":10,"add":10,"replace":10,"increment":10,"touch":10}
memcached over redis: {"delete":10,"deleteMultiple":10,"set":10,"setMultiple":10,"add":10,"replace":10,"increment":10,"touch":10}
