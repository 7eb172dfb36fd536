--TEST--
transactions: the function of remember() may begin or end one, and keeps no lease from others
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
skip_without_redis();
?>
--INI--
strata.databases=remote
strata.remote.redis=${STRATA_TEST_REDIS_DSN}
strata.namespace=callback-begins-${STRATA_TEST_RUN}
strata.request_budget=0
strata.operation_timeout=5s
strata.connect_timeout=5s
strata.lease_ttl=60s
strata.lease_wait=3s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/transactions.inc';

/* How often another host waits before it computes the key. Of the same host the lease is taken over at once. */
$waits_there = fn (string $database) => $database === 'default' ? 'none to ask' : on_another_host('
    $cache = new Strata\Cache("' . $database . '");
    echo $cache->remember("begins", 600, fn () => "by another"), ", ",
        array_sum(array_column(strata_status()["databases"]["' . $database . '"], "lease_waits"));');
foreach (['default', 'remote'] as $database) {
    echo "$database\n";
    $cache = new Strata\Cache($database);
    echo $cache->remember('begins', 600, function () use ($cache) {
        $cache->begin();
        return 'computed before it was committed';
    }), "\n";
    echo json_encode(elsewhere($database, 'begins')), "\n";
    echo $waits_there($database), "\n";
    var_dump($cache->commit());
    echo json_encode(elsewhere($database, 'begins')), "\n";

    foreach (['commit', 'rollback'] as $end) {
        $cache->begin();
        $cache->set("x $end", 'set');
        echo $cache->remember("ends $end", 600, function () use ($cache, $end) {
            $cache->$end();
            return "computed over the $end";
        }), "\n";
        echo json_encode(elsewhere($database, "ends $end", "x $end")), "\n";
    }
}
?>
--EXPECT--
default
computed before it was committed
[null]
none to ask
bool(true)
["computed before it was committed"]
computed over the commit
["computed over the commit","set"]
computed over the rollback
[null,null]
remote
computed before it was committed
[null]
by another, 0
bool(true)
["by another"]
computed over the commit
["computed over the commit","set"]
computed over the rollback
[null,null]
