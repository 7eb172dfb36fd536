--TEST--
objects: 500 levels are a miss in a fiber whose stack has no room for them, and there again outside of it
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways(comparing('
    ini_set("error_log", "/dev/null");
    ini_set("fiber.stack_size", (string) (96 << 10));
    strata_set("deep", in_chain("Link", 500));
    strata_set("flat", new Plain([new Point(1, 2)]));
    (new Fiber(function (): void {
        echo get_debug_type(strata_get("deep")), ", ", get_debug_type(strata_get("flat")), "\n";
    }))->start();
    echo get_debug_type(strata_get("deep")), "\n";
'));
?>
--EXPECT--
null, Plain
Link
