--TEST--
remember(): options are checked before anything happens, and may be named in any order
--FILE--
<?php
use Strata\{OnError, Refresh};

$cache = new Strata\Cache;
$computed = 0;
$compute = function () use (&$computed) { return ++$computed; };
$wrong = [
    ['stale' => -1], ['stale' => 'x'], ['beta' => NAN], ['beta' => INF], ['beta' => -0.1],
    ['refresh' => 'Now'], ['refresh' => null], ['refresh' => OnError::Stale], ['onError' => Refresh::Now], ['Stale' => 1],
];
foreach ($wrong as $options) {
    foreach (['strata_remember', $cache->remember(...)] as $remember) {
        try {
            $remember('k', 60, $compute, ...$options);
        } catch (Error $error) {
            echo $error::class, ': ', $error->getMessage(), "\n";
        }
    }
}
var_dump($computed, $cache->has('k'));
var_dump($cache->remember(onError: OnError::Stale, compute: $compute, beta: 0, refresh: Refresh::AfterResponse, key: 'k', ttl: null, stale: PHP_INT_MAX));
var_dump(strata_remember('k', 60, $compute, 0, 2.5, ['tag'], Refresh::Now, OnError::Throw));
foreach ([new ReflectionFunction('strata_remember'), new ReflectionMethod($cache, 'remember')] as $function) {
    foreach (array_slice($function->getParameters(), 3) as $parameter) {
        $default = $parameter->getDefaultValue();
        echo $parameter->getName(), ' = ', $default instanceof UnitEnum ? $default::class . '::' . $default->name : json_encode($default), "\n";
    }
}
?>
--EXPECTF--
ValueError: strata_remember(): Argument #4 ($stale) must be 0 or more seconds, -1 given
ValueError: Strata\Cache::remember(): Argument #4 ($stale) must be 0 or more seconds, -1 given
TypeError: strata_remember(): Argument #4 ($stale) must be of type int, string given
TypeError: Strata\Cache::remember(): Argument #4 ($stale) must be of type int, string given
ValueError: strata_remember(): Argument #5 ($beta) must be a finite number of 0 or more, NAN given
ValueError: Strata\Cache::remember(): Argument #5 ($beta) must be a finite number of 0 or more, NAN given
ValueError: strata_remember(): Argument #5 ($beta) must be a finite number of 0 or more, INF given
ValueError: Strata\Cache::remember(): Argument #5 ($beta) must be a finite number of 0 or more, INF given
ValueError: strata_remember(): Argument #5 ($beta) must be a finite number of 0 or more, -0.1 given
ValueError: Strata\Cache::remember(): Argument #5 ($beta) must be a finite number of 0 or more, -0.1 given
TypeError: strata_remember(): Argument #7 ($refresh) must be of type Strata\Refresh, string given
TypeError: Strata\Cache::remember(): Argument #7 ($refresh) must be of type Strata\Refresh, string given
TypeError: strata_remember(): Argument #7 ($refresh) must be of type Strata\Refresh, null given
TypeError: Strata\Cache::remember(): Argument #7 ($refresh) must be of type Strata\Refresh, null given
TypeError: strata_remember(): Argument #7 ($refresh) must be of type Strata\Refresh, Strata\OnError given
TypeError: Strata\Cache::remember(): Argument #7 ($refresh) must be of type Strata\Refresh, Strata\OnError given
TypeError: strata_remember(): Argument #8 ($onError) must be of type Strata\OnError, Strata\Refresh given
TypeError: Strata\Cache::remember(): Argument #8 ($onError) must be of type Strata\OnError, Strata\Refresh given
Error: Unknown named parameter $Stale
Error: Unknown named parameter $Stale
int(0)
bool(false)
int(1)
int(1)
stale = 0
beta = 1
tags = []
refresh = Strata\Refresh::Now
onError = Strata\OnError::Throw
stale = 0
beta = 1
tags = []
refresh = Strata\Refresh::Now
onError = Strata\OnError::Throw
