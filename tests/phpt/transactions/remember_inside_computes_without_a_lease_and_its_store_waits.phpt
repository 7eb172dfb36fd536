--TEST--
transactions: remember() inside waits for no other caller, keeps no other waiting, and stores at commit() unless the key was written meanwhile
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
skip_without_memcached();
skip_without_redis();
?>
--INI--
strata.databases=remote,pool,fleet
strata.remote.redis=${STRATA_TEST_REDIS_DSN}
strata.pool.memcached=${STRATA_TEST_MEMCACHED_DSN}
strata.fleet.memcached=${STRATA_TEST_MEMCACHED_DSN}
strata.fleet.redis=${STRATA_TEST_REDIS_DSN}
strata.namespace=remember-inside-${STRATA_TEST_RUN}
strata.request_budget=0
strata.operation_timeout=5s
strata.connect_timeout=5s
strata.lease_wait=60s
strata.lease_ttl=60s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/transactions.inc';

foreach (['default', 'remote', 'pool', 'fleet'] as $database) {
    $cache = new Strata\Cache($database);
    $calls = 0;
    $compute = function () use (&$calls) {
        return 'computed ' . ++$calls;
    };
    $cache->set('there', 'old');
    $cache->set('number', 7);
    $cache->begin();
    expect_same('computed 1', $cache->remember('new', 600, $compute), 'a miss');
    expect_same('computed 1', $cache->remember('new', 600, $compute), 'what waits');
    expect_same('computed 1', $cache->get('new'), 'what waits, to get()');
    expect_same('old', $cache->remember('there', 600, $compute), 'a hit of the tiers');
    expect_same([null, 'old'], elsewhere($database, 'new', 'there'), 'elsewhere');
    expect_same(0, strata_status()['host']['leases'], 'leases');

    /* Deleted inside: so none of what the tiers have. Digits have no version. */
    $cache->deleteMultiple(['there', 'number']);
    expect_same('computed 2', $cache->remember('there', 600, $compute), 'deleted inside');
    expect_same('computed 3', $cache->remember('number', 600, $compute), 'a number deleted inside');

    /* Another process is not kept waiting, and its set counts. */
    expect_same('elsewhere', in_child(fn () => $cache->remember('mine', 600, fn () => 'elsewhere')), 'before');
    $cache->deleteMultiple(['mine', 'both', 'voided']);
    expect_same('computed 4', $cache->remember('both', 600, $compute), 'both compute');
    expect_same('by another', in_child(fn () => $cache->remember('both', 600, fn () => 'by another')), 'both compute');
    if ($database !== 'default') {
        $there = on_another_host('$cache = new Strata\Cache("' . $database . '"); echo $cache->remember("new", 600, fn () => "there"), " ",
            array_sum(array_column(strata_status()["databases"]["' . $database . '"], "lease_waits"));');
        expect_same('there 0', $there, 'on another host');
        expect_same('computed 1', $cache->get('new'), 'what waits, as others have another by now');
    }
    expect_same('computed 5', $cache->remember('voided', 600, $compute), 'voided');
    in_child(fn () => $cache->set('voided', 'set by another'));
    expect_same('computed 6', $cache->remember('plain', 600, $compute), 'plain');
    in_child(fn () => $cache->set('plain', 'set by another'));
    expect_same('thrown', thrown(fn () => $cache->remember('throws', 600, fn () => throw new DomainException('thrown'))) === 'DomainException: thrown' ? 'thrown' : '', 'exceptions');
    expect_same('not stored', $cache->remember('not', 600, fn (Strata\Computed $c) => [$c->dontStore(), 'not stored'][1]), 'dontStore');
    expect_same(null, $cache->get('not'), 'dontStore');
    expect_same('forced', $cache->remember('new', 600, fn () => 'forced', refresh: Strata\Refresh::Force), 'forced');
    expect_same(true, $cache->commit(), 'commit');

    /* It was forced over what the other host had stored meanwhile. */
    $new = 'forced';
    expect_same($new, $cache->get('new'), 'after commit');
    expect_same(true, $cache->fetch('new')->ttl > 500, 'its life');
    expect_same([$new, 'computed 2', 'computed 3'], elsewhere($database, 'new', 'there', 'number'), 'stored');
    /* Ours deleted them, so what others stored in between goes; what was only computed gives way. */
    expect_same([null, null, null, 'set by another'], elsewhere($database, 'mine', 'both', 'voided', 'plain'), 'voided');

    $cache->begin();
    $cache->delete('new');
    $cache->remember('new', 600, $compute);
    $cache->remember('dropped', 600, $compute);
    $cache->rollback();
    expect_same([$new, null], elsewhere($database, 'new', 'dropped'), 'after rollback');
    expect_same('computed', $cache->remember('dropped', 600, fn () => 'computed'), 'after rollback');
    expect_same(['computed'], elsewhere($database, 'dropped'), 'after rollback');
}

/* A lease that another process holds. */
[$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
$cache = new Strata\Cache('fleet');
$child = pcntl_fork();
if ($child === 0) {
    $cache->remember('held', 600, function () use ($theirs) {
        fwrite($theirs, '.');
        fread($theirs, 1);
        return 'theirs';
    });
    exit(0);
}
fread($ours, 1);
$cache->begin();
echo $cache->remember('held', 600, fn () => 'ours'), "\n";
fwrite($ours, '.');
pcntl_waitpid($child, $status);
$cache->commit();
echo elsewhere('fleet', 'held')[0], "\n";
?>
--EXPECT--
ours
theirs
