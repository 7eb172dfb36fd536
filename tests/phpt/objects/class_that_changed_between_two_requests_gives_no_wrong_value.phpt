--TEST--
objects: what was stored with other classes is a miss, which remember() computes, or what unserialize() makes of it; and whole again with the old ones
--SKIPIF--
<?php
require __DIR__ . '/../../support/web.inc';
skip_without_web();
?>
--FILE--
<?php
require __DIR__ . '/../../support/web.inc';
require __DIR__ . '/../../support/zero_copy.inc';

$folder = sys_get_temp_dir() . '/strata_changes_' . getmypid();
mkdir($folder);
$code = 'require "' . dirname(__DIR__, 2) . '/support/class_changes.inc";
    $_GET["do"] === "store" ? store_before($_GET["folder"]) : read_with($_GET["do"], $_GET["folder"]);';
$opcache = opcache() === null ? [] : opcache() + ['opcache.enable_cli' => '1'];
foreach (['on' => '', 'auto' => $folder, 'off' => ''] as $way => $where) {
    $web = new Web(['strata.zero_copy' => $way, 'display_errors' => '1'] + ($where === '' ? [] : $opcache), $code);
    echo "$way: ", $web->get("do=store&folder=$where"), "\n";
    foreach (['before', 'after', 'after', 'before'] as $release) {
        echo $web->get("do=$release&folder=$where");
    }
    unset($web);
}
array_map('unlink', glob("$folder/*"));
rmdir($folder);
?>
--EXPECT--
on: stored
before: never wrong
after: never wrong
after: never wrong
before: never wrong
auto: stored
before: never wrong
after: never wrong
after: never wrong
before: never wrong
off: stored
before: never wrong
after: never wrong
after: never wrong
before: never wrong
