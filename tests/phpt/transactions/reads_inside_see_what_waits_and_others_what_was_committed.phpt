--TEST--
transactions: reads inside see what waits, others see it after commit(), and nothing of it after rollback()
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
strata.namespace=transactions-${STRATA_TEST_RUN}
strata.request_budget=0
strata.operation_timeout=5s
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/transactions.inc';

/* Of every codec: images, serialized objects, numbers, short and long strings. */
$values = ['array' => ['a' => [1, 2]], 'object' => new ArrayObject([3]), 'number' => 7, 'text' => str_repeat('long ', 300),
    'empty' => '', 'null' => null, 'float' => 0.5, 'true' => true];
$keys = ['set', 'kept', 'deleted', 'many', 'gone', 'over'];
foreach (['default', 'remote', 'pool', 'fleet'] as $database) {
    echo "$database\n";
    $cache = new Strata\Cache($database);
    $cache->setMultiple(['set' => 'old', 'kept' => 'old', 'deleted' => 'old', 'gone' => 'old', 'over' => 'old']);
    foreach (['rollback', 'commit'] as $end) {
        $cache->begin();
        expect_same(true, $cache->set('set', 'new'), 'set');
        expect_same(true, $cache->delete('deleted'), 'delete');
        expect_same(true, $cache->setMultiple(['many' => 'first', 'set' => 'newer']), 'setMultiple');
        expect_same(true, $cache->deleteMultiple(['gone', 'many']), 'deleteMultiple');
        expect_same(true, $cache->set('over', 'x', 0), 'a time to live of 0');
        expect_same(true, (new Strata\Cache($database))->set('many', 'second'), 'another object');
        $cache->setMultiple($values);
        show_here($cache, ...$keys);
        foreach ($values as $key => $value) {
            expect_same($value, $cache->get($key), "$key inside");
            expect_same('hit', $cache->fetch($key)->status->value, "$key fetched inside");
        }
        echo '  ', told($cache->fetch('set')), ', ', told($cache->fetch('deleted')), "\n";
        echo '  elsewhere ', json_encode(elsewhere($database, ...$keys)), "\n";
        expect_same($end === 'commit' ? true : null, $cache->$end(), $end);
        echo "  $end\n";
        show_here($cache, ...$keys);
        echo '  elsewhere ', json_encode(elsewhere($database, ...$keys)), "\n";
        foreach ($values as $key => $value) {
            expect_same($end === 'commit' ? $value : null, $cache->get($key), "$key after $end");
            expect_same($end === 'commit', $cache->has($key), "has $key after $end");
        }
    }
}
?>
--EXPECT--
default
  here ["newer","old",null,"second",null,null]
  hit: 'newer', miss
  elsewhere ["old","old","old",null,"old","old"]
  rollback
  here ["old","old","old",null,"old","old"]
  elsewhere ["old","old","old",null,"old","old"]
  here ["newer","old",null,"second",null,null]
  hit: 'newer', miss
  elsewhere ["old","old","old",null,"old","old"]
  commit
  here ["newer","old",null,"second",null,null]
  elsewhere ["newer","old",null,"second",null,null]
remote
  here ["newer","old",null,"second",null,null]
  hit: 'newer', miss
  elsewhere ["old","old","old",null,"old","old"]
  rollback
  here ["old","old","old",null,"old","old"]
  elsewhere ["old","old","old",null,"old","old"]
  here ["newer","old",null,"second",null,null]
  hit: 'newer', miss
  elsewhere ["old","old","old",null,"old","old"]
  commit
  here ["newer","old",null,"second",null,null]
  elsewhere ["newer","old",null,"second",null,null]
pool
  here ["newer","old",null,"second",null,null]
  hit: 'newer', miss
  elsewhere ["old","old","old",null,"old","old"]
  rollback
  here ["old","old","old",null,"old","old"]
  elsewhere ["old","old","old",null,"old","old"]
  here ["newer","old",null,"second",null,null]
  hit: 'newer', miss
  elsewhere ["old","old","old",null,"old","old"]
  commit
  here ["newer","old",null,"second",null,null]
  elsewhere ["newer","old",null,"second",null,null]
fleet
  here ["newer","old",null,"second",null,null]
  hit: 'newer', miss
  elsewhere ["old","old","old",null,"old","old"]
  rollback
  here ["old","old","old",null,"old","old"]
  elsewhere ["old","old","old",null,"old","old"]
  here ["newer","old",null,"second",null,null]
  hit: 'newer', miss
  elsewhere ["old","old","old",null,"old","old"]
  commit
  here ["newer","old",null,"second",null,null]
  elsewhere ["newer","old",null,"second",null,null]
