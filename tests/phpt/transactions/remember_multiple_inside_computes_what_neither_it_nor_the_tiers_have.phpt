--TEST--
transactions: rememberMultiple() inside computes what neither the transaction nor a tier has, in one call
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
strata.namespace=remember-multiple-inside-${STRATA_TEST_RUN}
strata.request_budget=0
strata.operation_timeout=5s
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/transactions.inc';

foreach (['default', 'remote'] as $database) {
    echo "$database\n";
    $cache = new Strata\Cache($database);
    $compute = function (array $keys) {
        echo '  asked for ', implode(' ', $keys), "\n";
        return array_combine($keys, array_map(fn ($key) => "computed $key", $keys));
    };
    $cache->setMultiple(['tier' => 'old', 'deleted' => 'old']);
    $cache->begin();
    $cache->set('waits', ['waits']);
    $cache->delete('deleted');
    $keys = ['waits', 'tier', 'deleted', 'new', '12'];
    echo '  ' . json_encode($cache->rememberMultiple($keys, 600, $compute)) . "\n";
    echo '  ' . json_encode($cache->rememberMultiple($keys, 600, $compute)) . "\n";
    echo '  ', json_encode(elsewhere($database, ...$keys)), "\n";
    $cache->commit();
    echo '  ', json_encode(elsewhere($database, ...$keys)), "\n";
    echo '  ', strata_status()['host']['leases'], " leases\n";
}
?>
--EXPECT--
default
  asked for deleted new 12
  {"waits":["waits"],"tier":"old","deleted":"computed deleted","new":"computed new","12":"computed 12"}
  {"waits":["waits"],"tier":"old","deleted":"computed deleted","new":"computed new","12":"computed 12"}
  [null,"old","old",null,null]
  [["waits"],"old","computed deleted","computed new","computed 12"]
  0 leases
remote
  asked for deleted new 12
  {"waits":["waits"],"tier":"old","deleted":"computed deleted","new":"computed new","12":"computed 12"}
  {"waits":["waits"],"tier":"old","deleted":"computed deleted","new":"computed new","12":"computed 12"}
  [null,"old","old",null,null]
  [["waits"],"old","computed deleted","computed new","computed 12"]
  0 leases
