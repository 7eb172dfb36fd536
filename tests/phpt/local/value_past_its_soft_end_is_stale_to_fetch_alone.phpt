--TEST--
a value that remember() keeps beyond its life is a miss to every read but fetch(), and every write takes it as absent
--INI--
strata.namespace=soft-${STRATA_TEST_RUN}
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$values = ['text' => 'old', 'number' => 42, 'rows' => array_fill(0, 50, ['id' => 7, 'name' => 'user']), 'object' => new ArrayObject([1])];
$keep = function (string $key, mixed $value) use ($cache): void {
    $cache->remember($key, 1, fn () => $value, stale: 60);
};
foreach ($values as $key => $value) {
    $keep($key, $value);
    $fresh = $cache->fetch($key);
    expect_same($value, $fresh->value, $key);
    if ($fresh->status !== Strata\Status::Hit || $fresh->ttl > 1) {
        echo "$key is not fresh\n";
    }
}
foreach (['add', 'replace', 'touch', 'increment', 'delete', 'set', 'compare'] as $key) {
    $keep($key, 'old');
}
usleep(1050000);
foreach ($values as $key => $value) {
    $stale = $cache->fetch($key);
    expect_same([null, false, [$key => null]], [$cache->get($key), $cache->has($key), $cache->getMultiple([$key])], $key);
    expect_same([Strata\Status::Stale, 0.0, Strata\Tier::Local, null], [$stale->status, $stale->ttl, $stale->tier, $stale->reason], $key);
    expect_same($value, $stale->value, $key);
}
$all = $cache->fetchMultiple(['text', 'nothing']);
echo told($all['text']), ', ', told($all['nothing']), "\n";
echo json_encode(['add' => $cache->add('add', 'new'), 'replace' => $cache->replace('replace', 'new'), 'touch' => $cache->touch('touch', 60),
    'increment' => $cache->increment('increment'), 'delete' => $cache->delete('delete'), 'set' => $cache->set('set', 'new'),
    'compare' => $cache->compareAndSet('compare', $cache->fetch('compare'), 'new')]), "\n";
foreach (['add', 'replace', 'touch', 'increment', 'delete', 'set', 'compare'] as $key) {
    echo "$key: ", told($cache->fetch($key)), "\n";
}
echo $cache->remember('text', 60, fn () => 'computed anew'), ', ', $cache->get('text'), "\n";
?>
--EXPECT--
stale local, miss local
{"add":true,"replace":false,"touch":false,"increment":1,"delete":true,"set":true,"compare":true}
add: hit local: 'new'
replace: stale local
touch: stale local
increment: hit local: 1
delete: miss local
set: hit local: 'new'
compare: hit local: 'new'
computed anew, computed anew
