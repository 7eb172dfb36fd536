--TEST--
Strata\Cache::namespace(): the class and the properties are those of the object, and no constructor runs
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

class Logging extends Strata\Cache
{
    public array $log = [];
    public ?object $inner = null;
    private static int $constructed = 0;
    public function __construct(public readonly string $name, private ?object $logger = null)
    {
        parent::__construct(namespace: $name);
        self::$constructed++;
    }
    public function get(string $key, mixed $default = null): mixed
    {
        $this->log[] = $key;
        return parent::get($key, $default);
    }
    public static function constructed(): int
    {
        return self::$constructed;
    }
    public function logger(): ?object
    {
        return $this->logger;
    }
}
final class Cloning extends Logging
{
    public function __clone()
    {
        $this->inner = clone $this->inner;
        $this->inner->cloned ?? throw new LogicException('not cloned');
    }
}

$logger = new stdClass();
$cache = new Logging('outer', $logger);
$cache->get('before');
$inner = $cache->namespace('inner');
var_dump(get_class($inner), $inner->name, $inner->logger() === $logger, Logging::constructed());
$inner->set('key', 'inner');
var_dump($inner->get('key'), $cache->get('key'), $inner->log, $cache->log);
var_dump((new Strata\Cache(namespace: 'outer'))->namespace('inner')->get('key'));

$cloning = new Cloning('outer');
$cloning->inner = new ArrayObject();
echo thrown(fn () => $cloning->namespace('inner')), "\n";
$cloning->inner = new class { public bool $cloned = true; };
var_dump($cloning->namespace('inner')->inner === $cloning->inner, $cloning->namespace('inner')->get('key'));
echo thrown(fn () => clone $cache), "\n";

/* The object is constructed anew while a method of it runs: that method goes on where it was. */
$cache = new Strata\Cache(namespace: 'first');
$cache->remember('key', 60, function () use ($cache) {
    $cache->__construct(namespace: 'second');
    return 'computed';
});
var_dump($cache->get('key'), (new Strata\Cache(namespace: 'first'))->get('key'));
?>
--EXPECT--
string(7) "Logging"
string(5) "outer"
bool(true)
int(1)
string(5) "inner"
NULL
array(2) {
  [0]=>
  string(6) "before"
  [1]=>
  string(3) "key"
}
array(2) {
  [0]=>
  string(6) "before"
  [1]=>
  string(3) "key"
}
string(5) "inner"
LogicException: not cloned
bool(false)
string(5) "inner"
Error: Trying to clone an uncloneable object of class Logging
NULL
string(8) "computed"
