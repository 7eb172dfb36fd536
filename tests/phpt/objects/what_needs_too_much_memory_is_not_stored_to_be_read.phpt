--TEST--
objects: arrays in arrays that hold one object a billion times are too much for the request that sets them, not for all that read them
--SKIPIF--
<?php
require __DIR__ . '/../../support/php.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_child();
skip_without_fork();
getenv('USE_ZEND_ALLOC') !== '0' || die('skip only PHP\'s own allocator keeps to memory_limit');
?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways('require "' . dirname(__DIR__, 2) . '/support/fork.inc";' . comparing('
    ini_set("error_log", "/dev/null");
    function doubled(int $times, mixed $value): mixed
    {
        for ($i = 0; $i < $times; $i++) {
            $value = $i % 2 ? [$value, $value] : ["x" => $value, "y" => $value];
        }
        return $value;
    }
    $values = [doubled(9, [new Plain()]), doubled(11, [new Nothing()]), [doubled(4, new Plain([new Plain()])), doubled(4, [Suit::Hearts])]];
    foreach ($values as $i => $value) {
        strata_set("doubled $i", $value);
        compare_drawn("doubled, $i", drawn(unserialize(serialize($value))), strata_get("doubled $i"));
    }
    /* The child may well die of it. */
    in_child(function (): void {
        ini_set("display_errors", "0");
        fclose(STDERR);
        ini_set("memory_limit", "64M");
        strata_set("doubled", doubled(30, [new Plain()]));
    });
    echo strata_has("doubled") ? "stored, to be read by none\n" : "not stored\n";
'));
?>
--EXPECT--
not stored
