--TEST--
Strata\Cache: set() takes an object that leaves its closures and resources out by __sleep() or __serialize()
--FILE--
<?php
class Sleeper
{
    public $kept = 'kept by __sleep()';
    private $stream;
    public function __construct()
    {
        $this->stream = fopen('php://memory', 'r');
    }
    public function __sleep()
    {
        return ['kept'];
    }
}
class Serializer
{
    public $kept = 'kept by __serialize()';
    private $closure;
    public function __construct()
    {
        $this->closure = fn () => 1;
    }
    public function __serialize(): array
    {
        return [$this->kept];
    }
    public function __unserialize(array $data): void
    {
        [$this->kept] = $data;
    }
}

var_dump(strata_set('key', ['list' => [new Sleeper(), new ArrayObject([new Serializer()])]]));
[$sleeper, $array] = strata_get('key')['list'];
var_dump($sleeper->kept, $array[0]->kept);
?>
--EXPECT--
bool(true)
string(17) "kept by __sleep()"
string(21) "kept by __serialize()"
