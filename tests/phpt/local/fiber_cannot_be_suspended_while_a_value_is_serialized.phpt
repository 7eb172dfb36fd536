--TEST--
Strata\Cache: suspending a fiber in __serialize() or __unserialize() is a FiberError, because PHP's serializer cannot take turns
--FILE--
<?php
class Yielding
{
    public static bool $suspends = false;

    public function __serialize(): array
    {
        self::$suspends && Fiber::suspend();
        return [];
    }

    public function __unserialize(array $data): void
    {
        self::$suspends && Fiber::suspend();
    }
}

$cache = new Strata\Cache();
$cache->set('stored', new Yielding());
Yielding::$suspends = true;
$fiber = new Fiber(function () use ($cache) {
    try {
        $cache->set('key', new Yielding());
    } catch (Strata\SerializationException $thrown) {
        echo $thrown->getMessage(), "\n", get_class($thrown->getPrevious()), "\n";
    }
    try {
        $cache->get('stored');
    } catch (FiberError $thrown) {
        echo $thrown->getMessage(), "\n";
    }
    Fiber::suspend();
    echo "but elsewhere it works\n";
});
$fiber->start();
$fiber->resume();
?>
--EXPECT--
key "key": a value of type Yielding cannot be stored
FiberError
Cannot switch fibers in current execution context
but elsewhere it works
