--TEST--
transactions: a process that ends for want of memory in the middle stores nothing and removes what it would have changed
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
skip_without_memcached();
skip_without_redis();
getenv('USE_ZEND_ALLOC') !== '0' || die('skip only PHP\'s own allocator keeps to memory_limit');
?>
--INI--
strata.databases=fleet
strata.fleet.memcached=${STRATA_TEST_MEMCACHED_DSN}
strata.fleet.redis=${STRATA_TEST_REDIS_DSN}
strata.namespace=out-of-memory-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/transactions.inc';

fclose(STDERR);
ini_set('display_errors', '0');
ini_set('log_errors', '0');
/* What is held is bounded by memory_limit, wherever it runs out. */
$ends = [
    'while it is held' => function (Strata\Cache $cache) {
        for ($i = 0;; $i++) {
            $cache->set("filler $i", str_repeat('x', 100_000));
        }
    },
    'in small steps' => function (Strata\Cache $cache) {
        for ($i = 0;; $i++) {
            $cache->set("filler $i", $i);
        }
    },
    'of keys' => function (Strata\Cache $cache) {
        for ($i = 0;; $i++) {
            $cache->delete("filler $i");
        }
    },
    'while levels join' => function (Strata\Cache $cache) {
        for ($i = 0;; $i++) {
            $cache->begin();
            $cache->set("filler $i", 1);
            $cache->begin();
            $cache->clear();
            $cache->rollback();
            $cache->commit();
        }
    },
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
        ini_set('memory_limit', '8M');
        $cache->begin();
        $cache->set('set', 'new');
        $cache->delete('deleted');
        $cache->set('new', 'new');
        $cache->remember('computed', null, fn () => 'computed');
        $end($cache);
        exit(0);
    }
    pcntl_waitpid($child, $status);
    echo str_pad($how, 18), json_encode(array_values($cache->getMultiple($keys))), ' ', $unfinished() - $before, "\n";
}
?>
--EXPECT--
while it is held  [null,null,null,null,"old","old"] 1
in small steps    [null,null,null,null,"old","old"] 1
of keys           [null,null,null,null,"old","old"] 1
while levels join [null,null,null,null,"old","old"] 1
