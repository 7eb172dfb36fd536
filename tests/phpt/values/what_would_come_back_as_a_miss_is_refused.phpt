--TEST--
strata_set(): an object of a class that is gone, and one whose __sleep() gives no array, are refused, and the old value stays
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

echo with_each_serializer('
    class Sleeps
    {
        public $a = 1;
        public function __sleep() { return 5; }
    }
    class Holder
    {
        public function __construct(private $held) {}
        public function __serialize(): array { return [[$this->held]]; }
    }
    $gone = unserialize(\'O:4:"Gone":1:{s:1:"a";i:1;}\');
    $sleeps = new Sleeps();
    strata_set("key", "old");
    foreach ([$gone, [1, ["x" => $gone]], new Holder($gone), $sleeps, [$sleeps, $sleeps, 1], new Holder($sleeps)] as $value) {
        try {
            echo @strata_set("key", $value) ? "set\n" : "not set\n";
        } catch (Strata\SerializationException $thrown) {
            echo $thrown->getMessage(), "; ", strata_get("key", "nothing"), "\n";
        }
    }
');
?>
--EXPECT--
key "key": a value of type __PHP_Incomplete_Class cannot be stored; old
key "key": a value of type __PHP_Incomplete_Class cannot be stored; old
key "key": a value of type __PHP_Incomplete_Class cannot be stored; old
key "key": a value of type Sleeps whose __sleep() gives no array cannot be stored; old
key "key": a value of type Sleeps whose __sleep() gives no array cannot be stored; old
key "key": a value of type Sleeps whose __sleep() gives no array cannot be stored; old
