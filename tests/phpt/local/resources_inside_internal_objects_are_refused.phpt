--TEST--
Strata\Cache: set() refuses a resource inside an object of PHP's own classes
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$stream = fopen('php://memory', 'r');
$storage = new SplObjectStorage();
$storage[new stdClass()] = $stream;
foreach ([
    'ArrayObject' => new ArrayObject([$stream]),
    'SplObjectStorage' => $storage,
    'SplFixedArray' => SplFixedArray::fromArray([$stream]),
] as $key => $value) {
    strata_set($key, 'old');
    $message = thrown(fn () => strata_set($key, [$value]));
    if (!str_starts_with($message, "Strata\SerializationException: key \"$key\": a value of type ")) {
        echo "$key: $message\n";
    }
    expect_same('old', strata_get($key), $key);
}
echo "done\n";
?>
--EXPECT--
done
