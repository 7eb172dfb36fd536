--TEST--
Strata\Lock: a host has 1,024 locks at a time; a further one is refused in words, and no lock is lost for it
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$locks = array_map(fn (int $number) => $cache->lock("lock $number", 600), range(1, 1024));
$taken = count(array_filter($locks, fn ($lock) => $lock->acquire()));
echo "$taken taken, ", strata_status()['host']['locks'], " in use\n";
$more = $cache->lock('one more', 600);
echo thrown($more->acquire(...)), "\n";
echo in_child(fn () => thrown((new Strata\Cache())->lock('one more', 600)->acquire(...))), "\n";
echo in_child(fn () => thrown((new Strata\Cache())->lock('lock 7', 600)->acquire(...))), "\n";
echo count(array_filter($locks, fn ($lock) => $lock->refresh())), " held on\n";
$locks[500]->release();
var_dump($more->acquire());
strata_request_boundary();
echo strata_status()['host']['locks'], " in use after the request\n";
?>
--EXPECT--
1024 taken, 1024 in use
Strata\CapacityException: database default: the processes of this host hold or wait for 1024 locks, which is as many as there may be
Strata\CapacityException: database default: the processes of this host hold or wait for 1024 locks, which is as many as there may be
returned false
1024 held on
bool(true)
0 in use after the request
