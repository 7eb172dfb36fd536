--TEST--
Strata\Cache: remember() computes where there is no value, stores it for its time, and finds it afterwards
--INI--
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$calls = 0;
$compute = function () use (&$calls) {
    return ['call' => ++$calls, 'arguments' => func_get_args()];
};
var_dump($cache->remember('key', 1000, $compute));
var_dump($cache->remember('key', 5, $compute)['call'], strata_remember('key', null, $compute)['call']);
var_dump($cache->fetch('key')->ttl <= 1000 && $cache->fetch('key')->ttl > 900);
$cache->delete('key');
var_dump($cache->remember('key', null, $compute)['call'], $cache->fetch('key')->ttl);

class Computes
{
    public static function statically()
    {
        return 'statically';
    }
    public function __invoke()
    {
        return 'by an object';
    }
    public function &byReference()
    {
        static $list = ['by reference'];
        return $list;
    }
}
var_dump($cache->remember('a', 60, 'Computes::statically'), $cache->remember('b', 60, new Computes()));
var_dump($cache->remember('c', 60, [new Computes(), 'byReference']), $cache->get('c'));
var_dump($cache->remember('d', 60, 'phpversion') === phpversion());
$cache->remember('e', 60, function () {
});
echo told($cache->fetch('e')), "\n";
echo thrown(fn () => $cache->remember('f', 60, 'no such function')), "\n";
echo thrown(fn () => $cache->remember('f', 60, fn (int $wanted) => $wanted)), "\n";
var_dump($cache->has('f'), strata_status()['host']['leases']);
?>
--EXPECTF--
array(2) {
  ["call"]=>
  int(1)
  ["arguments"]=>
  array(0) {
  }
}
int(1)
int(1)
bool(true)
int(2)
NULL
string(10) "statically"
string(12) "by an object"
array(1) {
  [0]=>
  string(12) "by reference"
}
array(1) {
  [0]=>
  string(12) "by reference"
}
bool(true)
hit local: NULL
TypeError: Strata\Cache::remember(): Argument #3 ($compute) must be a valid callback, function "no such function" not found or invalid function name
TypeError: {closure%S}(): Argument #1 ($wanted) must be of type int, Strata\Computed given
bool(false)
int(0)
