--TEST--
Strata\Cache: an object with __serialize() and without __unserialize() comes back whole, wherever it is, also with igbinary
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

echo with_each_serializer('
    class User
    {
        public function __construct(private string $name = "", protected $more = null) {}
        public function __serialize(): array { return ["name" => $this->name, "more" => $this->more]; }
        public function name() { return $this->name . "," . $this->more?->name(); }
    }
    class Holder
    {
        public function __construct(private $held) {}
        public function __serialize(): array { return [[$this->held]]; }
        public function __unserialize(array $data): void { [[$this->held]] = $data; }
        public function name() { return $this->held->name(); }
    }
    class Sleeper
    {
        public $closure;
        public function __construct(protected $held) { $this->closure = fn () => 1; }
        public function __sleep() { return ["held"]; }
        public function name() { return $this->held->name(); }
    }
    class Child extends Sleeper
    {
        public $own = 1;
        public function __sleep() { return ["own", "held"]; }
    }
    $user = new User("ann", new User("eve"));
    foreach ([
        "alone" => $user,
        "in what __serialize() returns" => new Holder($user),
        "in what __sleep() names" => new Sleeper($user),
        "in what a child names" => new Child($user),
        "in one in another" => new Holder(new Holder($user)),
    ] as $where => $value) {
        strata_set("key", $value);
        echo "$where: ", strata_get("key")->name(), "\n";
    }
    strata_set("key", new ArrayObject([new Holder($user)]));
    echo "in an ArrayObject: ", strata_get("key")[0]->name(), "\n";
    foreach ([fopen("php://memory", "r"), fn () => 1] as $bad) {
        foreach ([new Holder($bad), [new Sleeper([$bad])]] as $value) {
            try {
                var_dump(strata_set("key", $value));
            } catch (Strata\SerializationException $thrown) {
                echo $thrown->getMessage(), "\n";
            }
        }
    }
');
?>
--EXPECT--
alone: ann,eve,
in what __serialize() returns: ann,eve,
in what __sleep() names: ann,eve,
in what a child names: ann,eve,
in one in another: ann,eve,
in an ArrayObject: ann,eve,
key "key": a value of type resource (stream) cannot be stored
key "key": a value of type resource (stream) cannot be stored
key "key": a value of type Closure cannot be stored
key "key": a value of type Closure cannot be stored
