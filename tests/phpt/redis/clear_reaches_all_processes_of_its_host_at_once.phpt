--TEST--
Generations: what one process clears is out of reach for the others of its host at once, and a get that was under way fills under the old number
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
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=clear-here-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';

$cache = new Strata\Cache();
$pairs = array_combine(array_map(fn ($i) => "k$i", range(1, 50)), range(1, 50));
$keys = array_keys($pairs);
$is_empty = fn () => array_filter($cache->getMultiple($keys), fn ($value) => $value !== null) === [];
$right = ['at once' => 0, 'after fills' => 0, 'new values' => 0];
for ($round = 0; $round < 10; $round++) {
    $cache->setMultiple($pairs);
    $cache->getMultiple($keys);
    in_child(fn () => $cache->clear());
    $right['at once'] += $is_empty() ? 1 : 0;
    /* Reads and their fills go on while another process clears. */
    $cache->setMultiple($pairs);
    in_children(3, function (int $number) use ($cache, $keys) {
        if ($number === 0) {
            usleep(3000);
            return $cache->clear();
        }
        for ($until = microtime(true) + 0.01; microtime(true) < $until;) {
            $cache->getMultiple($keys);
        }
    });
    $right['after fills'] += $is_empty() ? 1 : 0;
    $cache->set('k1', 'new');
    $right['new values'] += in_child(fn () => $cache->get('k1')) === 'new' && $cache->get('k1') === 'new' ? 1 : 0;
}
echo json_encode($right), "\n";
?>
--EXPECT--
{"at once":10,"after fills":10,"new values":10}
