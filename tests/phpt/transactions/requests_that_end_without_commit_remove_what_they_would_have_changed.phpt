--TEST--
transactions: a process that ends without commit(), however it does, stores nothing and removes what it would have changed
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
skip_without_memcached();
skip_without_redis();
?>
--INI--
strata.databases=fleet
strata.fleet.memcached=${STRATA_TEST_MEMCACHED_DSN}
strata.fleet.redis=${STRATA_TEST_REDIS_DSN}
strata.namespace=unfinished-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/transactions.inc';

fclose(STDERR);
ini_set('display_errors', '0');
ini_set('log_errors', '0');
$ends = [
    'returns' => fn () => null,
    'exits' => fn () => exit(0),
    'throws' => fn () => throw new DomainException(),
    'inside of levels' => function (Strata\Cache $cache) {
        $cache->begin();
        $cache->delete('inner');
    },
    'boundary' => function () {
        strata_request_boundary();
        die_at_once();
    },
    'killed' => fn () => die_at_once(),
];
$keys = ['set', 'deleted', 'new', 'computed', 'inner', 'kept'];
$unfinished = fn () => strata_status()['databases']['fleet']['local']['transactions_unfinished'];
foreach ($ends as $how => $end) {
    $cache = new Strata\Cache('fleet');
    $cache->setMultiple(array_fill_keys(['set', 'deleted', 'inner', 'kept'], 'old'));
    $cache->deleteMultiple(['new', 'computed']);
    $before = $unfinished();
    $child = pcntl_fork();
    if ($child === 0) {
        $cache->begin();
        $cache->set('set', 'new');
        $cache->delete('deleted');
        $cache->set('new', 'new');
        $cache->remember('computed', null, fn () => 'computed');
        $end($cache);
        exit(0);
    }
    pcntl_waitpid($child, $status);
    echo str_pad($how, 17), json_encode(array_values($cache->getMultiple($keys))), ' ', $unfinished() - $before, "\n";
}
?>
--EXPECT--
returns          [null,null,null,null,"old","old"] 1
exits            [null,null,null,null,"old","old"] 1
throws           [null,null,null,null,"old","old"] 1
inside of levels [null,null,null,null,null,"old"] 1
boundary         [null,null,null,null,"old","old"] 1
killed           ["old","old",null,null,"old","old"] 0
