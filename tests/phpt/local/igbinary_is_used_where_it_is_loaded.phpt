--TEST--
strata.serializer: igbinary writes arrays and objects where it is loaded, in fibers too, and scalars stay as they are
--SKIPIF--
<?php
require __DIR__ . '/../../support/igbinary.inc';
skip_without_child();
skip_without_igbinary();
?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

$code = '
    class Told
    {
        public static array $log = [];
        public $x = 1;
        public function __wakeup()
        {
            self::$log[] = "woken";
        }
    }
    require "' . __DIR__ . '/../../support/show.inc";
    require "' . __DIR__ . '/../../support/fibers.inc";
    $reference = 1;
    $cycle = new stdClass();
    $cycle->self = $cycle;
    foreach (["array" => [1, "two" => [3.5, null, true]], "object" => new ArrayObject([1]), "date" => new DateTime("2024-01-01 UTC"),
        "double" => -0.0, "int" => 5, "string" => "text", "null" => null] as $key => $value) {
        strata_set($key, $value);
        expect_same($value, strata_get($key), $key);
    }
    strata_set("told", [new Told()]);
    strata_get("told");
    strata_set("cycle", $cycle);
    strata_set("references", ["x" => &$reference, "y" => &$reference]);
    $read = strata_get("references");
    $read["x"] = 7;
    echo json_encode($read), " ", strata_get("cycle")->self->self === strata_get("cycle") ? "wrong" : "ok", " ", count(Told::$log), "\n";
    echo thrown(fn () => strata_set("bad", [[fopen("php://memory", "r")]])), "\n";
    echo thrown(fn () => strata_set("bad", [(object) ["f" => fn () => 1]])), "\n";
    echo take_turns(new Strata\Cache()), "\n";
';
foreach (['auto', 'igbinary', 'php'] as $serializer) {
    echo "$serializer\n", php_with_igbinary(['strata.serializer' => $serializer], $code);
}
?>
--EXPECT--
auto
{"x":7,"y":7} ok 1
Strata\SerializationException: key "bad": a value of type resource (stream) cannot be stored
Strata\SerializationException: key "bad": a value of type Closure cannot be stored
ok
igbinary
{"x":7,"y":7} ok 1
Strata\SerializationException: key "bad": a value of type resource (stream) cannot be stored
Strata\SerializationException: key "bad": a value of type Closure cannot be stored
ok
php
{"x":7,"y":7} ok 1
Strata\SerializationException: key "bad": a value of type resource (stream) cannot be stored
Strata\SerializationException: key "bad": a value of type Closure cannot be stored
ok
