--TEST--
rememberMultiple(): hits are served, the rest is computed in one call, and the order is the one asked
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache;
$calls = [];
$double = function (array $keys) use (&$calls) {
    $calls[] = $keys;
    return array_combine($keys, array_map(fn ($key) => "$key$key", $keys));
};
$told = function (iterable $keys, ?callable $compute = null, mixed $ttl = 60) use ($cache, $double, &$calls) {
    $calls = [];
    echo thrown(function () use ($cache, $keys, $ttl, $compute, $double) {
        echo json_encode($cache->rememberMultiple($keys, $ttl, $compute ?? $double)), ' ';
    }), "\n  ",
        json_encode($calls), ' leases: ', strata_status()['host']['leases'], "\n";
};
$cache->setMultiple(['b' => [1], 7 => null]);
$told(['a', 'b', '7', 'c', 'a', '8', 9, '01', 'b']);
$told(['9', 'c', 'a', 8]);
$told([]);
$told((function () { yield 'new'; yield 'a'; })());
$told(['over', 'a'], ttl: 0);
$told(['over'], ttl: new DateInterval('PT60S'));
echo json_encode([$cache->getMultiple(['a', 'over', '01', '8']), round($cache->fetch('over')->ttl / 10)]), "\n";

/* What the function leaves out stays without a value, and null is one. */
$told(['left', 'out', 'null'], fn ($keys) => ['null' => null]);
$told(['left', 'out', 'null'], fn ($keys) => ['out' => 5, 'left' => 6]);
$reference = 'referenced';
$told(['reference'], fn ($keys) => ['reference' => &$reference]);

foreach (['a list' => fn ($keys) => ['x'], 'another key' => fn ($keys) => ['q' => 1, 'z' => 2], 'no array' => fn () => 5,
    'a generator' => function () { yield 'q' => 1; }, 'an exception' => fn () => throw new DomainException('not today'),
    'what cannot be stored' => fn () => ['q' => 1, 'r' => fn () => 1], 'parameters' => fn ($keys, $more) => []] as $name => $wrong) {
    echo "$name: ";
    $told(['q', 'r'], $wrong);
}
foreach ([[['a', '']], [['a', null]], ['a'], [['q'], 'soon'], [['q'], 5, 'no_such_function']] as $arguments) {
    echo thrown(fn () => $cache->rememberMultiple(...$arguments + [1 => 60, 2 => $double])), "\n";
}
echo json_encode($cache->fetchMultiple(['q', 'r'])['q']->status), ' ', json_encode($cache->rememberMultiple(compute: $double, keys: ['q'], ttl: 5)), "\n";

/* Inside of a computation, for its own keys and for others. */
echo json_encode($cache->rememberMultiple(['outer', 'inner'], 60, function ($keys) use ($cache) {
    $inner = $cache->rememberMultiple(['inner', 'innermost'], 60, fn ($keys) => array_fill_keys($keys, 'inside'));
    return ['outer' => $inner['innermost'] . strata_remember('outer', 60, fn () => ' at once'), 'inner' => 'outside'];
})), ' ', json_encode($cache->getMultiple(['outer', 'inner', 'innermost'])), "\n";

/* Fibers take turns in the middle, and do not wait for each other. */
$fibers = [];
foreach ([['f1', 'f2'], ['f2', 'f3']] as $keys) {
    $fibers[] = $fiber = new Fiber(fn () => $cache->rememberMultiple($keys, 60, function ($keys) {
        Fiber::suspend();
        return array_fill_keys($keys, 'by a fiber of ' . count($keys));
    }));
    $fiber->start();
}
array_map(fn ($fiber) => $fiber->resume(), $fibers);
echo json_encode(array_map(fn ($fiber) => $fiber->getReturn(), $fibers)), ' leases: ', strata_status()['host']['leases'], "\n";
?>
--EXPECTF--
{"a":"aa","b":[1],"7":null,"c":"cc","8":"88","9":"99","01":"0101"} returned NULL
  [["a","c",8,9,"01"]] leases: 0
{"9":"99","c":"cc","a":"aa","8":"88"} returned NULL
  [] leases: 0
[] returned NULL
  [] leases: 0
{"new":"newnew","a":"aa"} returned NULL
  [["new"]] leases: 0
{"over":"overover","a":"aa"} returned NULL
  [["over"]] leases: 0
{"over":"overover"} returned NULL
  [["over"]] leases: 0
[{"a":"aa","over":"overover","01":"0101","8":"88"},6]
{"null":null} returned NULL
  [] leases: 0
{"left":6,"out":5,"null":null} returned NULL
  [] leases: 0
{"reference":"referenced"} returned NULL
  [] leases: 0
a list: ValueError: The function of rememberMultiple() returned a value under the key "0", which it was not given: values stand under their keys
  [] leases: 0
another key: ValueError: The function of rememberMultiple() returned a value under the key "z", which it was not given: values stand under their keys
  [] leases: 0
no array: TypeError: The function of rememberMultiple() must return an array of values under their keys, int returned
  [] leases: 0
a generator: TypeError: The function of rememberMultiple() must return an array of values under their keys, Generator returned
  [] leases: 0
an exception: DomainException: not today
  [] leases: 0
what cannot be stored: Strata\SerializationException: key "r": a value of type Closure cannot be stored
  [] leases: 0
parameters: ArgumentCountError: Too few arguments to function {closure%S}(), 1 passed%Sand exactly 2 expected
  [] leases: 0
ValueError: Strata\Cache::rememberMultiple(): Argument #1 ($keys) must be a key of 1 to 65536 bytes, 0 bytes given
TypeError: Strata\Cache::rememberMultiple(): Argument #1 ($keys) must contain only keys of type string, null given
TypeError: Strata\Cache::rememberMultiple(): Argument #1 ($keys) must be of type Traversable|array, string given
TypeError: Strata\Cache::rememberMultiple(): Argument #2 ($ttl) must be of type DateInterval|int|null, string given
TypeError: Strata\Cache::rememberMultiple(): Argument #3 ($compute) must be a valid callback, function "no_such_function" not found or invalid function name
"miss" {"q":"qq"}
{"outer":"inside at once","inner":"outside"} {"outer":"inside at once","inner":"outside","innermost":"inside"}
[{"f1":"by a fiber of 2","f2":"by a fiber of 2"},{"f2":"by a fiber of 2","f3":"by a fiber of 2"}] leases: 0
