--TEST--
Redis: a copy in a nearer tier is not overwritten by what a slower reader found
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_redis();
skip_without_memcached();
skip_without_fork();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=fills-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.local_ttl=60s
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$wrong = in_children(4, function (int $child) {
    mt_srand($child);
    $last = $wrong = 0;
    for ($i = 1; $i <= 150; $i++) {
        if ($child === 0) {
            strata_set('key', [$i]);
            [$seen] = strata_get('key');
            $wrong += $seen !== $i;
        } else {
            strata_get('key');
        }
    }
    return $wrong;
});
echo json_encode($wrong), "\n";
echo json_encode(strata_get('key')), "\n";
?>
--EXPECT--
[0,0,0,0]
[150]
