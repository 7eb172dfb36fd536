--TEST--
Redis: after writes of two hosts that overlapped, memcached has nothing, or what Redis has
--SKIPIF--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fault_proxy();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/hosts.inc';

const SLOW = ['$cache->set("K", "slow")', '$cache->setMultiple(["other" => 1, "K" => "slow"])', '$cache->replace("K", "slow")',
    '$cache->compareAndSet("K", $cache->fetch("K", Strata\Tier::Redis), "slow")', '$cache->remember("K", 60, fn () => "slow")'];
const FAST = ['$cache->delete("K")', '$cache->set("K", "fast")', '$cache->touch("K", 900)'];
$memcached = new OwnServer('memcached');
$redis = new OwnServer('redis');
$proxy = new FaultProxy($redis);
$ini = ['strata.memcached' => $memcached->dsn(), 'strata.redis' => $redis->dsn()];
/* Redis has done what the slow host asked, and the answer is on its way while the other host writes. */
$slow = new Host(['strata.redis' => $proxy->dsn()] + $ini);
$fast = new Host($ini);

$wrong = [];
for ($i = 0; $i < 60; $i++) {
    [$write, $other] = [SLOW[$i % count(SLOW)], FAST[$i % count(FAST)]];
    str_contains($write, 'remember') || $fast->ask("\$cache->set('k$i', 'first')");
    $slow->ask('$cache->get("nothing")');
    $proxy->arm('hold', 0, str_contains($write, 'compare') ? 'EVAL' : 'SET');
    $slow->begin(str_replace('K', "k$i", $write));
    $proxy->await('struck', $i + 1);
    $fast->ask(str_replace('K', "k$i", $other));
    $proxy->release();
    $slow->end();
    $reads = $fast->ask("[\$cache->get('k$i'), \$cache->get('k$i'), \$cache->fetch('k$i', Strata\\Tier::Redis)->value]");
    count(array_unique($reads, SORT_REGULAR)) === 1 || $wrong[] = "$write and $other: " . json_encode($reads);
}
echo json_encode($wrong), "\n";
?>
--EXPECT--
[]
