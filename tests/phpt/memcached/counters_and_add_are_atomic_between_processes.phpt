--TEST--
memcached: increment() in four processes loses nothing, and add() has one winner
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_memcached();
skip_without_fork();
?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-atomic-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memory=0
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$won = in_children(4, function (int $child) {
    $cache = new Strata\Cache();
    $won = [];
    $done = 0;
    for ($i = 0; $i < 200; $i++) {
        $cache->increment('up', 2);
        $cache->add("key $i", $child) && $won[] = $i;
        try {
            $cache->decrement('down');
            $done++;
        } catch (Strata\ConnectionException $busy) {
        }
    }
    return [$won, $done];
});
var_dump(strata_get('up'), strata_get('down') === -array_sum(array_column($won, 1)));
$all = array_merge(...array_column($won, 0));
sort($all);
var_dump($all === range(0, 199));
?>
--EXPECT--
int(1600)
bool(true)
bool(true)
