--TEST--
Strata\Cache: set() of a closure or a resource, however deep, names key and type and keeps what was there
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

class Holder
{
    private $inside;
    public function __construct($inside)
    {
        $this->inside = $inside;
    }
}
class Child extends Holder
{
    public $own = 1;
}
class Writer
{
    public function __serialize(): array
    {
        return ['x' => fn () => 1];
    }
}
class Thrower
{
    public function __serialize(): array
    {
        throw new DomainException('in __serialize()');
    }
}

$closure = fn () => 1;
$stream = fopen('php://memory', 'r');
$closed = fopen('php://memory', 'r');
fclose($closed);
$reference = [1];
$reference[] = &$closure;
$dynamic = new stdClass();
$dynamic->list = [[(object) ['deep' => $stream]]];
$bad = [
    'closure' => $closure,
    'stream' => $stream,
    'closed' => $closed,
    'in arrays' => [[['x' => [$closure]]]],
    'in a private property' => new Child($stream),
    'in objects in arrays' => ['a' => [new Holder([new Holder($closure)])]],
    'in a dynamic property' => $dynamic,
    'behind a reference' => $reference,
    'first class callable' => strlen(...),
    'context' => [stream_context_create()],
    'in what __serialize() returns' => [new Writer()],
    'generator' => (fn () => yield 1)(),
    'anonymous class' => [new class {}],
    'a cache' => ['x' => new Strata\Cache()],
];
foreach ($bad as $key => $value) {
    strata_set($key, 'old');
    echo thrown(fn () => strata_set($key, $value)), "\n";
    expect_same('old', strata_get($key), $key);
}
$cache = new Strata\Cache();
echo thrown(fn () => $cache->add('new', [$closure])), "\n";
echo thrown(fn () => $cache->replace('stream', [$closure])), "\n";
echo thrown(fn () => $cache->remember('new', null, fn () => [$closure])), "\n";
var_dump($cache->has('new'), $cache->get('stream'));
var_dump($cache->remember('new', null, fn () => 'computed again'));
try {
    $cache->set("two\nlines\0" . str_repeat('x', 200), new Thrower());
} catch (Strata\SerializationException $exception) {
    echo $exception->getMessage(), "\n", get_class($exception->getPrevious()), ': ',
        $exception->getPrevious()->getMessage(), "\n";
}
?>
--EXPECTF--
Strata\SerializationException: key "closure": a value of type Closure cannot be stored
Strata\SerializationException: key "stream": a value of type resource (stream) cannot be stored
Strata\SerializationException: key "closed": a value of type resource (closed) cannot be stored
Strata\SerializationException: key "in arrays": a value of type Closure cannot be stored
Strata\SerializationException: key "in a private property": a value of type resource (stream) cannot be stored
Strata\SerializationException: key "in objects in arrays": a value of type Closure cannot be stored
Strata\SerializationException: key "in a dynamic property": a value of type resource (stream) cannot be stored
Strata\SerializationException: key "behind a reference": a value of type Closure cannot be stored
Strata\SerializationException: key "first class callable": a value of type Closure cannot be stored
Strata\SerializationException: key "context": a value of type resource (stream-context) cannot be stored
Strata\SerializationException: key "in what __serialize() returns": a value of type Closure cannot be stored
Strata\SerializationException: key "generator": a value of type Generator cannot be stored
Strata\SerializationException: key "anonymous class": a value of type %s cannot be stored
Strata\SerializationException: key "a cache": a value of type %s cannot be stored
Strata\SerializationException: key "new": a value of type Closure cannot be stored
Strata\SerializationException: key "stream": a value of type Closure cannot be stored
Strata\SerializationException: key "new": a value of type Closure cannot be stored
bool(false)
string(3) "old"
string(14) "computed again"
key "two%s": a value of type Thrower cannot be stored
DomainException: in __serialize()
