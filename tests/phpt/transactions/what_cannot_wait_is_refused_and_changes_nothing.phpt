--TEST--
transactions: conditional verbs and counters throw inside, on this database alone, and change nothing
--INI--
strata.databases=other
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$other = new Strata\Cache('other');
$cache->setMultiple(['key' => 'old', 'number' => 1]);
$seen = $cache->fetch('key');
$other->set('number', 1);
$verbs = [
    'add' => fn ($cache) => $cache->add('new', 1),
    'add that is over' => fn ($cache) => $cache->add('new', 1, 0),
    'replace' => fn ($cache) => $cache->replace('key', 'new'),
    'touch' => fn ($cache) => $cache->touch('key', 10),
    'touch that is over' => fn ($cache) => $cache->touch('key', 0),
    'compareAndSet' => fn ($cache) => $cache->compareAndSet('key', $seen, 'new'),
    'compareAndDelete' => fn ($cache) => $cache->compareAndDelete('key', $seen),
    'increment' => fn ($cache) => $cache->increment('number'),
    'decrement' => fn ($cache) => $cache->decrement('number'),
    'strata_increment' => fn ($cache) => strata_increment('number'),
];
$cache->begin();
foreach ($verbs as $name => $verb) {
    echo "$name: ", thrown(fn () => $verb($cache)), "\n";
}
echo 'elsewhere: ', thrown(fn () => $other->increment('number')), "\n";
var_dump($cache->commit());
var_dump($cache->getMultiple(['key', 'number', 'new']), $cache->fetch('key')->ttl);

echo "what was fetched inside serves a comparison afterwards\n";
$cache->begin();
$cache->set('key', ['waits']);
$waits = $cache->fetch('key');
$cache->commit();
var_dump($cache->compareAndSet('key', $waits, 'compared'), $cache->get('key'));
$cache->begin();
$cache->set('key', ['waits']);
$waits = $cache->fetch('key');
$cache->rollback();
var_dump($cache->compareAndSet('key', $waits, 'lost'), $cache->get('key'));
?>
--EXPECT--
add: Strata\TransactionException: add() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
add that is over: Strata\TransactionException: add() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
replace: Strata\TransactionException: replace() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
touch: Strata\TransactionException: touch() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
touch that is over: Strata\TransactionException: touch() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
compareAndSet: Strata\TransactionException: compareAndSet() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
compareAndDelete: Strata\TransactionException: compareAndDelete() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
increment: Strata\TransactionException: increment() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
decrement: Strata\TransactionException: decrement() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
strata_increment: Strata\TransactionException: strata_increment() cannot wait for commit(): a transaction is open on database default, inside of which only set, delete, clear, invalidateTags and remember write
elsewhere: returned 2
bool(true)
array(3) {
  ["key"]=>
  string(3) "old"
  ["number"]=>
  int(1)
  ["new"]=>
  NULL
}
NULL
what was fetched inside serves a comparison afterwards
bool(true)
string(8) "compared"
bool(false)
string(8) "compared"
