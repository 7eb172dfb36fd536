--TEST--
plain: with foreign = read every verb takes what others wrote, and each write leaves an envelope under the same name
--SKIPIF--
<?php
require __DIR__ . '/../../support/plain.inc';
skip_without_own_server();
skip_without_child();
skip_without_peer('memcached');
skip_without_peer('redis');
?>
--FILE--
<?php
require __DIR__ . '/../../support/plain.inc';

$walk = <<<'CODE'
    $told = [];
    $is_sealed = fn (string $key) => $cache->fetch($key)->age !== null;
    $told['hit without an age'] = [$cache->get('list'), $cache->fetch('list')->age];
    $told['set'] = [$cache->set('list', [2]), $cache->get('list'), $is_sealed('list')];
    $told['add'] = [$cache->add('a', 'x'), $cache->get('a')];
    $told['replace'] = [$cache->replace('b', 'x'), $is_sealed('b')];
    $told['delete'] = [$cache->delete('c'), $cache->get('c')];
    $told['touch'] = [$cache->touch('d', 500), $cache->fetch('d')->ttl > 400, $cache->get('d')];
    $told['increment'] = [$cache->increment('number', 5), $cache->get('number'), $cache->decrement('number', 100), $cache->get('number')];
    try { $cache->increment('e'); } catch (Strata\SerializationException $thrown) { $told['increment a string'] = $thrown->getMessage(); }
    $told['remember'] = $cache->remember('e', 100, fn () => 'computed');
    $told['remember by force'] = [$cache->remember('e', 100, fn () => 'forced', refresh: Strata\Refresh::Force), $cache->get('e'), $is_sealed('e')];
    $told['remember what is damaged'] = [$cache->remember('damaged', 100, fn () => 'computed'), $cache->get('damaged'), $is_sealed('damaged')];
    try { $cache->compareAndSet('f', $cache->fetch('f'), 'x'); } catch (ValueError $thrown) { $told['compare'] = $thrown->getMessage(); }
    try { $cache->compareAndDelete('f', $cache->fetch('f')); } catch (ValueError $thrown) { $told['compare a local copy'] = str_contains($thrown->getMessage(), 'it has no version'); }
    $told['compare a number'] = [$cache->compareAndSet('other_number', $cache->fetch('other_number'), 1), $cache->get('other_number')];
    return $told;
    CODE;
$values = ['list' => [1], 'a' => 'old', 'b' => 'old', 'c' => 'old', 'd' => 'old', 'e' => 'old', 'f' => 'old'];
$patient = ['strata.foreign' => 'read', 'error_log' => '/dev/null'];

$memcached = new OwnServer('memcached');
by_memcached($memcached, ['SERIALIZER' => 'SERIALIZER_PHP'], '$memcached->setMulti($input, 1000);', $values + ['number' => 7, 'other_number' => 7]);
memcached($memcached->name(), "ms damaged 8 F4\r\na:1:{i:0\r\n");
$redis = new OwnServer('redis');
by_redis($redis->port, ['SERIALIZER' => 'SERIALIZER_PHP'], 'foreach ($input as $key => $value) { $redis->setEx($key, 1000, $value); }', $values);
redis($redis->name(), 'SET', 'number', '7');
redis($redis->name(), 'SET', 'other_number', '7');
redis($redis->name(), 'SET', 'damaged', 'a:1:{i:0}');

$of_memcached = by_strata($patient + ['strata.memcached' => $memcached->dsn()], $walk);
$of_redis = by_strata($patient + ['strata.redis' => $redis->dsn(), 'strata.foreign_serializer' => 'php'], $walk);
foreach ($of_memcached as $what => $found) {
    echo "$what: ", json_encode($found), $found === ($of_redis[$what] ?? null) ? '' : ', on Redis ' . json_encode($of_redis[$what] ?? null), "\n";
}
/* Hosts that write plain values read envelopes, too. */
echo json_encode(by_strata(['strata.memcached' => $memcached->dsn(), 'strata.format' => 'plain'], 'return $cache->getMultiple(["list", "b", "e", "a"]);')), "\n";
?>
--EXPECT--
hit without an age: [[1],null]
set: [true,[2],true]
add: [false,"old"]
replace: [true,true]
delete: [true,null]
touch: [true,true,"old"]
increment: [12,12,-88,-88]
increment a string: "key \"e\": the stored value is not an integer"
remember: "old"
remember by force: ["forced","forced",true]
remember what is damaged: ["computed","computed",true]
compare: "Strata\\Cache::compareAndSet(): Argument #2 ($seen) must not be of a value that another program wrote (strata.foreign): it has no version that could be compared; set() gives it one"
compare a local copy: true
compare a number: [true,1]
{"list":[2],"b":"x","e":"forced","a":"old"}
