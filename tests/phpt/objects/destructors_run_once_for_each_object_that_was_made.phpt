--TEST--
objects: a destructor runs once for each object that a get made, never for one of a value that cannot be made whole, and a cycle is collected
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways_and_serializers('
    ini_set("error_log", "/dev/null");
    class Ends
    {
        public static int $ended = 0;
        public static int $made = 0;
        public ?Ends $other = null;
        public function __construct(public $name = "x", public array $list = ["a", ["b"]]) { self::$made++; }
        public function __destruct() { self::$ended++; }
    }
    function ended(string ...$keys): int
    {
        $before = Ends::$ended;
        $held = count($keys) === 1 ? strata_get($keys[0]) : (new Strata\Cache())->getMultiple($keys);
        $held = null;
        gc_collect_cycles();
        return Ends::$ended - $before;
    }
    $one = new Ends();
    strata_set("one", $one);
    $holder = new Ends($one);
    strata_set("shared", [$one, $one, "x" => $holder]);
    $ring = new Ends("ring");
    $ring->other = new Ends();
    $ring->other->other = $ring;
    strata_set("ring", $ring);
    echo "set: ", Ends::$ended, "\n";
    echo "one: ", ended("one"), "\n";
    echo "shared: ", ended("shared"), "\n";
    echo "ring: ", ended("ring"), "\n";
    echo "in a batch: ", ended("one", "shared", "ring"), "\n";
    echo "constructors: ", Ends::$made, "\n";

    $before = memory_get_usage();
    for ($i = 0; $i < 300; $i++) {
        $held = strata_get("ring");
        $held->list[] = $i;
        $held->other->name = "changed";
        $held = strata_get("shared");
    }
    $held = null;
    gc_collect_cycles();
    echo memory_get_usage() - $before < 20_000 ? "no memory is lost\n" : "memory is lost\n";
    unset($one);
    $ring->other->other = null;
');
?>
--EXPECT--
set: 0
one: 1
shared: 2
ring: 2
in a batch: 5
constructors: 4
no memory is lost
