--TEST--
Strata\Cache: set() refuses a resource that an object of PHP's own classes or a __serialize() hands over
--FILE--
<?php
require __DIR__ . '/../support/show.inc';

class Writer
{
    public function __construct(private $inside)
    {
    }
    public function __serialize(): array
    {
        return ['deep' => [$this->inside]];
    }
    public function __unserialize(array $data): void
    {
    }
}

$stream = fopen('php://memory', 'r');
$storage = new SplObjectStorage();
$storage[new stdClass()] = $stream;
foreach ([
    'ArrayObject' => new ArrayObject([$stream]),
    'SplObjectStorage' => $storage,
    'SplFixedArray' => SplFixedArray::fromArray([$stream]),
    '__serialize()' => new Writer($stream),
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
