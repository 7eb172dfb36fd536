--TEST--
zero copy: 500 levels of arrays are whole or a miss in a fiber with a small stack, never cut, and there again outside of it
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$code = '
    ini_set("error_log", "/dev/null");
    $array = 1;
    for ($i = 0; $i < 500; $i++) {
        $array = ["key" => $array];
    }
    $cache = new Strata\Cache();
    $cache->setMultiple(["deep" => $array, "flat" => [[1], ["two"]]]);
    /* What was got is compared outside, where there is stack for that. */
    foreach ([...PHP_VERSION_ID < 80300 ? [32, 40, 48, 64] : [], 96, 128, 1024] as $kib) {
        ini_set("fiber.stack_size", (string) ($kib << 10));
        $fiber = new Fiber(fn () => [$cache->get("deep"), $cache->getMultiple(["deep"])["deep"],
            $cache->fetch("deep")->value, $cache->get("flat")]);
        $fiber->start();
        [$a, $b, $c, $flat] = $fiber->getReturn();
        foreach ([$a, $b, $c] as $got) {
            $got === $array || $got === null && $kib < 1024 && $argv[1] !== "on" || print("$kib KiB: missed or cut\n");
        }
        $flat === [[1], ["two"]] || print("$kib KiB: the flat one is gone\n");
    }
    echo $cache->get("deep") === $array ? "whole\n" : "gone\n";
';
foreach (['on', 'off', 'auto'] as $way) {
    echo "$way: ", run_php(['strata.zero_copy' => $way], ['-r', $code, '--', $way]);
}
?>
--EXPECT--
on: whole
off: whole
auto: whole
