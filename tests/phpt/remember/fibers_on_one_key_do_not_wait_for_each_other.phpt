--TEST--
Strata\Cache: remember() of one key in two fibers of one process computes in both, neither waits, and the lease's stores
--INI--
strata.lease_wait=60s
--FILE--
<?php
$fiber = fn ($name) => new Fiber(fn () => strata_remember('key', 60, function () use ($name) {
    echo "$name computes\n";
    Fiber::suspend();
    return "by $name";
}));
$leases = fn () => strata_status()['host']['leases'];
$one = $fiber('one');
$two = $fiber('two');
$one->start();
$two->start();
var_dump($leases());
$one->resume();
var_dump($one->getReturn(), strata_get('key'), $two->isSuspended());
$two->resume();
var_dump($two->getReturn(), strata_get('key'), $leases());

$abandoned = new Fiber(fn () => strata_remember('abandoned', 60, fn () => Fiber::suspend()));
$abandoned->start();
var_dump($leases());
unset($abandoned);
gc_collect_cycles();
var_dump($leases(), strata_has('abandoned'), strata_remember('abandoned', 60, fn () => 'computed'));
?>
--EXPECT--
one computes
two computes
int(1)
string(6) "by one"
string(6) "by one"
bool(true)
string(6) "by two"
string(6) "by one"
int(0)
int(1)
int(0)
bool(false)
string(8) "computed"
