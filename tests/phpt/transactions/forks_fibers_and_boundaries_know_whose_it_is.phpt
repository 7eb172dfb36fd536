--TEST--
transactions: a forked child begins without one, fibers share it, and a boundary of requests ends it
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/transactions.inc';

fclose(STDERR);
ini_set('log_errors', '0');
$cache = new Strata\Cache();
$unfinished = fn () => strata_status()['databases']['default']['local']['transactions_unfinished'];
$cache->set('key', 'old');
$cache->begin();
$cache->set('key', 'new');
print_r(in_child(fn () => [
    $cache->get('key'),
    thrown(fn () => $cache->commit()),
    $cache->increment('number'),
    $cache->set('child', 'set at once'),
    $cache->begin(),
    $cache->set('child', 'waits'),
    $cache->get('child'),
    $cache->rollback(),
    $cache->get('child'),
]));
echo 'the end of the child: ', $cache->get('key'), ' ', elsewhere('default', 'key')[0], ' ', $unfinished(), "\n";

$fiber = new Fiber(function () use ($cache) {
    $cache->set('fiber', 1);
    Fiber::suspend();
    $cache->begin();
    $cache->set('fiber', 2);
    Fiber::suspend();
});
$fiber->start();
echo 'fiber: ', $cache->get('fiber'), ' ', json_encode(elsewhere('default', 'fiber')), "\n";
$fiber->resume();
$cache->rollback();
echo 'its level: ', $cache->get('fiber'), "\n";

strata_request_boundary();
echo 'boundary: ', json_encode($cache->getMultiple(['key', 'fiber'])), ' ', $unfinished(), ' ', thrown(fn () => $cache->commit()), "\n";
strata_set('key', 'at once');
echo json_encode(elsewhere('default', 'key')), "\n";
$cache->begin();
$cache->set('key', 'of the next one');
var_dump($cache->commit(), $cache->get('key'));

$lock = $cache->lock('lock', 60);
$cache->begin();
echo 'lock: ', json_encode([$lock->acquire(), in_child(fn () => (new Strata\Cache())->lock('lock', 60)->acquire())]), "\n";
$cache->rollback();
echo json_encode([$lock->isHeld(), in_child(fn () => (new Strata\Cache())->lock('lock', 60)->acquire()), $lock->release()]), "\n";
?>
--EXPECT--
Array
(
    [0] => old
    [1] => Strata\TransactionException: no transaction is open on database default: commit() comes after begin()
    [2] => 1
    [3] => 1
    [4] => 
    [5] => 1
    [6] => waits
    [7] => 
    [8] => set at once
)
the end of the child: new old 0
fiber: 1 [null]
its level: 1
boundary: {"key":null,"fiber":null} 1 Strata\TransactionException: no transaction is open on database default: commit() comes after begin()
["at once"]
bool(true)
string(15) "of the next one"
lock: [true,false]
[true,false,true]
