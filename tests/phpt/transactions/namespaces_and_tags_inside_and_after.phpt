--TEST--
transactions: clear() of a namespace and invalidateTags() wait, hide what bears them inside, and leave what is set afterwards
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
strata.namespace=tags-inside-${STRATA_TEST_RUN}
strata.request_budget=0
strata.operation_timeout=5s
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/transactions.inc';

$keys = ['tier', 'plain', 'before', 'after', 'computed', 'late'];
foreach (['default', 'remote', 'pool', 'fleet'] as $database) {
    foreach (['rollback', 'commit'] as $end) {
        $cache = new Strata\Cache($database);
        $cache->setMultiple(['tier' => 'old', 'before' => 'old'], tags: ['a', 'b']);
        $cache->setMultiple(['plain' => 'old']);
        $cache->deleteMultiple(['after', 'computed', 'late']);
        $cache->begin();
        $cache->set('before', ['set with the tag'], tags: ['b']);
        $cache->set('plain', 'new');
        expect_same('computed', $cache->remember('computed', 600, fn () => 'computed', tags: ['b']), 'remember()');
        expect_same(true, $cache->invalidateTags('b', 'c'), 'invalidateTags()');
        expect_same([null, 'new', null, null, null, null], array_values($cache->getMultiple($keys)), "$database: hidden");
        expect_same('miss', told($cache->fetch('tier')), "$database: of no tier");
        expect_same(false, $cache->has('tier'), "$database: hidden from has()");
        $cache->set('after', 'set afterwards', tags: ['b']);
        expect_same('new one', $cache->remember('late', 600, fn () => 'new one', tags: ['b']), "$database: remember() afterwards");
        expect_same('again', $cache->remember('tier', 600, fn () => 'again'), "$database: remember() of what is hidden");
        expect_same(['again', 'new', null, 'set afterwards', null, 'new one'], array_values($cache->getMultiple($keys)), "$database: inside");
        expect_same(['old', 'old', 'old', null, null, null], elsewhere($database, ...$keys), "$database: elsewhere");
        expect_same($end === 'commit' ? true : null, $cache->$end(), "$database: $end");
        $expected = $end === 'rollback' ? ['old', 'old', 'old', null, null, null]
            : ['again', 'new', null, 'set afterwards', null, null];
        expect_same($expected, array_values($cache->getMultiple($keys)), "$database: after $end");
        expect_same($expected, elsewhere($database, ...$keys), "$database: elsewhere after $end");
    }
    $cache->invalidateTags('b');
    expect_same(false, $cache->has('after'), "$database: a tag after commit()");

    /* Namespaces: inside of one another, in any object. */
    $shop = $cache->namespace('shop');
    $german = $shop->namespace('de');
    foreach ([$cache, $shop, $german] as $space) {
        $space->set('key', 'old');
    }
    $all = fn () => array_map(fn ($space) => $space->get('key'), [$cache, $shop, $german]);
    foreach (['rollback', 'commit'] as $end) {
        $shop->begin();
        $german->set('key', 'set before');
        expect_same(true, $shop->clear(), "$database: clear()");
        expect_same(['old', null, null], $all(), "$database: cleared inside");
        $german->set('key', 'set after');
        expect_same(['old', null, 'set after'], $all(), "$database: set after clear()");
        expect_same(['old', 'old', 'old'], in_child($all), "$database: elsewhere");
        $german->begin();
        $german->clear();
        expect_same(['old', null, null], $all(), "$database: a level");
        $german->rollback();
        expect_same(['old', null, 'set after'], $all(), "$database: without that level");
        (new Strata\Cache($database, 'shop'))->$end();
        $expected = $end === 'commit' ? ['old', null, 'set after'] : ['old', 'old', 'old'];
        expect_same($expected, $all(), "$database: after $end");
        expect_same($expected, in_child($all), "$database: elsewhere after $end");
    }

    /* What another process invalidates before commit() counts for what was set before that. */
    $cache->set('warm', 1, tags: ['a', 'd']);
    $cache->begin();
    $cache->set('older', 'set before', tags: ['a']);
    $german->set('older', 'set before');
    $cache->invalidateTags('d');
    $cache->set('own', 'set after its own', tags: ['d']);
    in_child(fn () => [(new Strata\Cache($database))->invalidateTags('a'), $shop->clear()]);
    $cache->setMultiple(['younger' => 'set after'], tags: ['a']);
    expect_same('set before', $cache->get('older'), "$database: its own write");
    expect_same(true, $cache->commit(), "$database: commit()");
    expect_same([null, null, 'set after its own', 'set after'], [$cache->get('older'), $german->get('older'),
        $cache->get('own'), $cache->get('younger')], "$database: invalidated elsewhere");

    /* A request that ends without commit() sends them. */
    $cache->setMultiple(['tagged' => 'old', 'other' => 'old'], tags: ['a']);
    $shop->set('key', 'old');
    $child = pcntl_fork();
    if ($child === 0) {
        fclose(STDERR);
        ini_set('error_log', '/dev/null');
        $cache->begin();
        $cache->invalidateTags('a');
        $shop->clear();
        $cache->set('new', 'new', tags: ['a']);
        exit(0);
    }
    pcntl_waitpid($child, $status);
    expect_same([null, null, null], [$cache->get('tagged'), $cache->get('new'), $shop->get('key')], "$database: without commit()");

    /* compareAndSet() keeps the tags that fetch() saw inside. */
    $cache->begin();
    $cache->set('compared', 'old', tags: ['a']);
    $seen = $cache->fetch('compared');
    $cache->commit();
    expect_same(true, $cache->compareAndSet('compared', $seen, 'new'), "$database: compareAndSet()");
    expect_same('new', $cache->get('compared'), "$database: compareAndSet()");
    $cache->invalidateTags('a');
    expect_same(null, $cache->get('compared'), "$database: its tag");
}
?>
DONE
--EXPECT--
DONE
