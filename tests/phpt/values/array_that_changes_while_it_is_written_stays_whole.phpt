--TEST--
strata_set(): methods that run while a value is written may replace its arrays; it is stored as it was
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

echo with_each_serializer('
    /* New strings and arrays take the room of what was freed. */
    function fill_memory(): void
    {
        static $filled = [];
        for ($i = 0; $i < 200; $i++) {
            $filled[] = [str_repeat("y", $i), "other", $i, 4 => [$i]];
        }
    }
    class Serializes
    {
        public function __construct(public ?Closure $change = null) {}
        public function __serialize(): array { ($this->change)(); fill_memory(); return []; }
        public function __unserialize(array $data): void {}
    }
    class Sleeps
    {
        public $named = [1];
        public function __construct(public ?Closure $change = null) {}
        public function __sleep() { ($this->change)(); fill_memory(); return ["named"]; }
    }
    #[AllowDynamicProperties]
    class Holder
    {
        public $held;
        public $more = ["more", [1, 2]];
    }
    class Writes
    {
        public function __construct(public $held = null) {}
        public function __serialize(): array { return ["held" => &$this->held]; }
        public function __unserialize(array $data): void { $this->held = $data["held"]; }
    }
    class SleepsOnArrays extends Holder
    {
        public function __sleep() { return ["held", "more"]; }
    }

    foreach ([Serializes::class, Sleeps::class] as $type) {
        $changing = new $type();
        /* Each is held in one place only. */
        $rest = fn () => [$changing, "a", ["b", [strtolower("C")]], 4 => "d"];

        $behind = $rest();
        $changing->change = function () use (&$behind) { $behind = null; };
        $value = ["first" => &$behind, "last" => 1];
        var_dump(strata_set("key", $value));
        $read = strata_get("key");
        echo "behind a reference: ", json_encode([array_keys($read["first"]), $read["first"][2], $read["last"]]), "\n";

        foreach ([Holder::class, SleepsOnArrays::class, Writes::class] as $class) {
            $holder = new $class();
            $holder->held = $rest();
            $changing->change = function () use ($holder) { $holder->held = $holder->more = null; };
            @strata_set("key", [$holder]);
            $read = strata_get("key")[0];
            echo "in a property of $class: ", json_encode([array_keys($read->held), $read->held[2], $read->held[4]]), "\n";
        }

        $holder = new Holder();
        $holder->dynamic = $rest();
        $changing->change = function () use ($holder) { unset($holder->dynamic, $holder->held); };
        strata_set("key", $holder);
        echo "in one that is no more: ", json_encode(array_slice(strata_get("key")->dynamic, 1)), "\n";
    }
');
?>
--EXPECT--
bool(true)
behind a reference: [[0,1,2,4],["b",["c"]],1]
in a property of Holder: [[0,1,2,4],["b",["c"]],"d"]
in a property of SleepsOnArrays: [[0,1,2,4],["b",["c"]],"d"]
in a property of Writes: [[0,1,2,4],["b",["c"]],"d"]
in one that is no more: ["a",["b",["c"]],"d"]
bool(true)
behind a reference: [[0,1,2,4],["b",["c"]],1]
in a property of Holder: [[0,1,2,4],["b",["c"]],"d"]
in a property of SleepsOnArrays: [[0,1,2,4],["b",["c"]],"d"]
in a property of Writes: [[0,1,2,4],["b",["c"]],"d"]
in one that is no more: ["a",["b",["c"]],"d"]
