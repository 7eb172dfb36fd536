--TEST--
Strata\Cache: what igbinary does not bring back as it was goes through PHP's serializer: enums of PHP's own, serialize() that gives null, __sleep() that names too much, an array that holds itself
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

echo with_each_serializer('
    error_reporting(E_ALL & ~E_DEPRECATED & ~E_WARNING & ~E_NOTICE);
    class GivesNull implements Serializable
    {
        public function serialize() { return null; }
        public function unserialize($text) {}
    }
    class NamesTooMuch
    {
        public $there = 1;
        public function __sleep() { return ["there", "absent"]; }
    }
    class Holder
    {
        public function __construct(private $held) {}
        public function __serialize(): array { return [$this->held]; }
        public function __unserialize(array $data): void { [$this->held] = $data; }
    }
    function holds_itself(): array
    {
        $array = [1];
        $array["self"] = &$array;
        return $array;
    }
    $null = new GivesNull();
    $names = new NamesTooMuch();
    foreach ([
        "an enum" => Strata\Status::Hit,
        "in arrays and objects" => [[Strata\Tier::Local], (object) ["reason" => Strata\Reason::Corrupt]],
        "in what is written by a method" => new Holder(Strata\Status::Error),
        "null twice" => [$null, $null, 1],
        "null in what is written by a method" => [new Holder([$null, $null]), $null],
        "names twice" => [$names, $names],
        "an array in itself" => holds_itself(),
        "deeper" => [1, "x" => ["y" => holds_itself()], holds_itself()],
        "in a method" => new Holder([holds_itself()]),
    ] as $what => $value) {
        $is_set = strata_set("key", $value);
        $seen = (new Strata\Cache())->fetch("key");
        $is_same = serialize($seen->value) === serialize(unserialize(serialize($value)));
        echo "$what: ", $is_set ? "set, " : "not set, ", $seen->status->value, $is_same ? "" : ", changed", "\n";
    }
');
?>
--EXPECT--
an enum: set, hit
in arrays and objects: set, hit
in what is written by a method: set, hit
null twice: set, hit
null in what is written by a method: set, hit
names twice: set, hit
an array in itself: set, hit
deeper: set, hit
in a method: set, hit
