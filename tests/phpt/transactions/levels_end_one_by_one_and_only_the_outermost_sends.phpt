--TEST--
transactions: a level inside is dropped alone or joins the outer one, and only the outermost commit() sends
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/transactions.inc';

$cache = new Strata\Cache();
$keys = ['outer', 'inner', 'both', 'deleted'];
$show = function (string $when) use ($cache, $keys) {
    echo str_pad($when, 16), json_encode(array_values($cache->getMultiple($keys))), ' ', json_encode(elsewhere('default', ...$keys)), "\n";
};
$cache->setMultiple(['both' => 0, 'deleted' => 0]);

$cache->begin();
$cache->set('outer', 1);
$cache->set('both', 1);
$cache->delete('deleted');
$cache->begin();
$cache->set('inner', 2);
$cache->delete('both');
$cache->set('deleted', 2);
$show('inside');
$cache->rollback();
$show('inner rollback');
$cache->begin();
$cache->begin();
$cache->set('inner', 3);
$cache->delete('outer');
$cache->set('deleted', 3);
var_dump($cache->commit(), $cache->commit());
$show('inner commit');
var_dump($cache->commit());
$show('commit');

echo "clear() on a level\n";
$cache->begin();
$cache->set('outer', 4);
$cache->begin();
$cache->clear();
$cache->set('inner', 4);
$show('inside');
$cache->rollback();
$show('inner rollback');
$cache->begin();
$cache->clear();
$cache->set('inner', 5);
$cache->commit();
$cache->set('both', 5);
$show('inner commit');
$cache->commit();
$show('commit');

echo "too many ends\n";
foreach (['commit', 'rollback'] as $end) {
    echo thrown(fn () => $cache->$end()), "\n";
}
$cache->begin();
$cache->rollback();
echo thrown(fn () => $cache->rollback()), "\n";
echo get_parent_class('Strata\TransactionException'), "\n";
?>
--EXPECT--
inside          [1,2,null,2] [null,null,0,0]
inner rollback  [1,null,1,null] [null,null,0,0]
bool(true)
bool(true)
inner commit    [null,3,1,3] [null,null,0,0]
bool(true)
commit          [null,3,1,3] [null,3,1,3]
clear() on a level
inside          [null,4,null,null] [null,3,1,3]
inner rollback  [4,3,1,3] [null,3,1,3]
inner commit    [null,5,5,null] [null,3,1,3]
commit          [null,5,5,null] [null,5,5,null]
too many ends
Strata\TransactionException: no transaction is open on database default: commit() comes after begin()
Strata\TransactionException: no transaction is open on database default: rollback() comes after begin()
Strata\TransactionException: no transaction is open on database default: rollback() comes after begin()
Strata\StrataException
