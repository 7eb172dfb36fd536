--TEST--
Redis: increment() in four processes loses nothing, add() has one winner, and touch() never brings an old value back
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_redis();
skip_without_fork();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-atomic-${STRATA_TEST_RUN}
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
    for ($i = 0; $i < 200; $i++) {
        $cache->increment('up', 2);
        $cache->decrement('down', 1, 100);
        $cache->add("key $i", $child) && $won[] = $i;
        if ($child === 0) {
            $cache->set('touched', [$i]);
            $cache->get('touched') === [$i] || $won[] = 'an old value came back';
        } else {
            $cache->touch('touched', 1000 + $i);
        }
    }
    return $won;
});
var_dump(strata_get('up'), strata_get('down'), strata_get('touched') === [199]);
$all = array_merge(...$won);
sort($all);
var_dump($all === range(0, 199));
?>
--EXPECT--
int(1600)
int(-700)
bool(true)
bool(true)
