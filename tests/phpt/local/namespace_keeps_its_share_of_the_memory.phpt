--TEST--
strata.local_share: a database that stores ten times the memory evicts nothing of another one
--INI--
strata.memory=4M
strata.databases=greedy
strata.greedy.local_share=20%
--FILE--
<?php
$other = new Strata\Cache();
$greedy = new Strata\Cache('greedy');
for ($i = 0; $i < 1000; $i++) {
    $other->set("key $i", "value $i" . str_repeat('o', 400));
}
for ($i = 0; $i < 60000; $i++) {
    $greedy->set("key $i", [$i, str_repeat('g', 600)]);
}
$there = fn ($cache, $count) => count(array_filter($cache->getMultiple(array_map(fn ($i) => "key $i", range(0, $count - 1)))));
var_dump($there($other, 1000));
$kept = $there($greedy, 60000);
var_dump($kept > 500 && $kept * 700 < 0.21 * 4 * 1024 * 1024);
$status = strata_status()['local'];
var_dump($status['evicted'] === $status['evicted_share'], $status['evicted_large']);
var_dump($greedy->set('large', str_repeat('l', 500 << 10)), $other->set('large', str_repeat('l', 500 << 10)));
?>
--EXPECTF--
int(1000)
bool(true)
bool(true)
int(0)

Warning: Strata\Cache::set(): database greedy: a value of %d bytes in the local tier, and strata.local_share allows %d: 20% of one of the parts of strata.memory, its key included in %s on line %d
bool(false)
bool(true)
