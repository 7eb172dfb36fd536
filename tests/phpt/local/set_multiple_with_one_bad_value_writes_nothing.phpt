--TEST--
Strata\Cache: setMultiple() with one value that cannot be stored writes none of the others
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

class Throwing
{
    public function __serialize(): array
    {
        throw new DomainException('not today');
    }
}

$cache = new Strata\Cache();
$cache->set('a', 'old');
echo thrown(fn () => $cache->setMultiple(['a' => 'new', 'b' => 'new', 'bad' => [fn () => 1], 'c' => 'new'])), "\n";
echo json_encode($cache->getMultiple(['a', 'b', 'bad', 'c'])), "\n";

try {
    $cache->setMultiple(['a' => 'new', 'bad' => [new Throwing()], 'c' => 'new']);
} catch (Throwable $thrown) {
    while ($thrown) {
        echo get_class($thrown), ': ', $thrown->getMessage(), "\n";
        $thrown = $thrown->getPrevious();
    }
}
echo json_encode($cache->getMultiple(['a', 'c'])), "\n";
?>
--EXPECT--
Strata\SerializationException: key "bad": a value of type Closure cannot be stored
{"a":"old","b":null,"bad":null,"c":null}
Strata\SerializationException: key "bad": a value of type array cannot be stored
DomainException: not today
{"a":"old","c":null}
