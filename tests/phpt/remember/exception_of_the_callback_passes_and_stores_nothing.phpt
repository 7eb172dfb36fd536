--TEST--
Strata\Cache: remember() lets the callback's exception pass, stores nothing, and the next call computes
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$thrown = new DomainException('as it was');
try {
    $cache->remember('key', 60, fn () => throw $thrown);
} catch (Throwable $caught) {
    var_dump($caught === $thrown);
}
var_dump($cache->has('key'), strata_status()['host']['leases']);
echo thrown(fn () => $cache->remember('key', 60, fn () => undefined_function())), "\n";
echo thrown(fn () => $cache->remember('key', 60, fn () => [fn () => 'closure'])), "\n";
echo thrown(fn () => $cache->remember('outer', 60, fn () => $cache->remember('inner', 60, fn () => throw $thrown))), "\n";
var_dump(strata_status()['host']['leases']);
var_dump($cache->remember('key', 60, fn () => 'computed'), $cache->remember('outer', 60, fn () => 'computed'));
?>
--EXPECT--
bool(true)
bool(false)
int(0)
Error: Call to undefined function undefined_function()
Strata\SerializationException: key "key": a value of type Closure cannot be stored
DomainException: as it was
int(0)
string(8) "computed"
string(8) "computed"
