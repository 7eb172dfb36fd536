--TEST--
objects: in a fiber with a small stack, 500 levels of arrays or objects are stored or refused, and flat values are stored
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways_and_serializers(comparing('
    ini_set("error_log", "/dev/null");
    function set_in_fiber(int $kib, mixed $value): string
    {
        ini_set("fiber.stack_size", (string) ($kib << 10));
        $fiber = new Fiber(function () use ($value): string {
            try {
                return strata_set("key", $value) ? "stored" : "not stored";
            } catch (Strata\SerializationException) {
                return "refused";
            }
        });
        $fiber->start();
        return $fiber->getReturn();
    }
    $array = 1;
    for ($i = 0; $i < 500; $i++) {
        $array = ["key" => $array];
    }
    /* PHP runs nothing on a smaller one since 8.3. */
    foreach (PHP_VERSION_ID < 80300 ? [48, 64, 80, 96, 128] : [96, 104, 112, 120, 128] as $kib) {
        foreach (["array" => $array, "objects" => in_chain("Link", 500)] as $name => $value) {
            $said = set_in_fiber($kib, $value);
            $said === "stored" || $said === "refused" || print("$kib KiB, $name: $said\n");
        }
        echo set_in_fiber($kib, ["flat" => [new Plain([new Point(1, 2)])]]), "\n";
    }
'));
?>
--EXPECT--
stored
stored
stored
stored
stored
