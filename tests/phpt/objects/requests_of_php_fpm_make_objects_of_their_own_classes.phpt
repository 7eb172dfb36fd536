--TEST--
php-fpm: workers of one host, with opcache and without, make objects of the classes that each request declares, request after request
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/zero_copy.inc';

$folder = sys_get_temp_dir() . '/strata_objects_' . getmypid();
mkdir($folder);
file_put_contents("$folder/page.php", '<?php require "' . dirname(__DIR__, 2) . '/support/class_changes.inc";
    parse_str($_SERVER["QUERY_STRING"], $query);
    $query["do"] === "store" ? store_before("' . $folder . '") : read_with($query["do"], "' . $folder . '");');
foreach (['without opcache' => [], 'with opcache' => opcache() ?? []] as $name => $ini) {
    $fpm = fpm_start(['a' => ['pm = static', 'pm.max_children = 2']], $ini);
    echo "$name: ", fpm_get($fpm, 'a', "$folder/page.php", 'do=store'), "\n";
    $said = [];
    for ($i = 0; $i < 6; $i++) {
        $release = $i % 3 === 1 ? 'after' : 'before';
        $said[] = fpm_get($fpm, 'a', "$folder/page.php", "do=$release");
    }
    echo implode(array_unique($said));
    fpm_stop($fpm);
}
array_map('unlink', glob("$folder/*"));
rmdir($folder);
?>
--EXPECT--
without opcache: stored
before: never wrong
after: never wrong
with opcache: stored
before: never wrong
after: never wrong
