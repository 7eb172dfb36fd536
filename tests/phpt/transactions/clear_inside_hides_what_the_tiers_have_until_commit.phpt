--TEST--
transactions: clear() waits, hides all that was there inside, and what is set afterwards is there on every host
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
strata.namespace=clear-inside-${STRATA_TEST_RUN}
strata.request_budget=0
strata.operation_timeout=5s
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/transactions.inc';

$keys = ['before', 'inside', 'after', 'computed'];
$read = fn (string $database) => json_encode(array_values((new Strata\Cache($database))->getMultiple($keys)));
foreach (['default', 'remote', 'pool', 'fleet'] as $database) {
    $cache = new Strata\Cache($database);
    $cache->set('before', 'old');
    $cache->begin();
    $cache->set('inside', 'set before clear()');
    $cache->clear();
    $cache->set('after', 'set after clear()');
    echo "$database: ", told($cache->fetch('before')), ', ', told($cache->fetch('inside')), ', ', told($cache->fetch('after')), ', ',
        $cache->remember('computed', 600, fn () => 'computed'), ', ', json_encode($cache->has('before')), "\n";
    echo '  elsewhere ', json_encode(elsewhere($database, ...$keys)), "\n";
    var_dump($cache->commit());
    echo '  ', $read($database), ' ', json_encode(elsewhere($database, ...$keys)), "\n";
    /* What another process clears before commit() is none of what is left of it. */
    $cache->set('before', 'old');
    $cache->begin();
    $cache->set('inside', 'set before clear() elsewhere');
    in_child(fn () => $cache->clear());
    $cache->set('before', 'set after clear() elsewhere');
    $cache->commit();
    echo '  ', $read($database), "\n";
    if ($database !== 'default') {
        $code = 'require "' . __DIR__ . '/../../support/show.inc"; echo json_encode(array_values((new Strata\Cache("' . $database
            . '"))->getMultiple(' . var_export($keys, true) . ')));';
        echo '  on another host ', on_another_host($code), "\n";
    }
}
?>
--EXPECT--
default: miss, miss, hit: 'set after clear()', computed, false
  elsewhere ["old",null,null,null]
bool(true)
  [null,null,"set after clear()",null] [null,null,"set after clear()",null]
  ["set after clear() elsewhere",null,null,null]
remote: miss, miss, hit: 'set after clear()', computed, false
  elsewhere ["old",null,null,null]
bool(true)
  [null,null,"set after clear()",null] [null,null,"set after clear()",null]
  ["set after clear() elsewhere",null,null,null]
  on another host ["set after clear() elsewhere",null,null,null]
pool: miss, miss, hit: 'set after clear()', computed, false
  elsewhere ["old",null,null,null]
bool(true)
  [null,null,"set after clear()",null] [null,null,"set after clear()",null]
  ["set after clear() elsewhere",null,null,null]
  on another host ["set after clear() elsewhere",null,null,null]
fleet: miss, miss, hit: 'set after clear()', computed, false
  elsewhere ["old",null,null,null]
bool(true)
  [null,null,"set after clear()",null] [null,null,"set after clear()",null]
  ["set after clear() elsewhere",null,null,null]
  on another host ["set after clear() elsewhere",null,null,null]
