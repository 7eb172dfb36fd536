--TEST--
php-fpm: workers that end after a few requests destroy nothing; all of them count one counter
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 2', 'pm.max_requests = 3']]);
$pids = $sums = [];
for ($i = 0; $i < 30; $i++) {
    [$pids[], $sums[]] = explode(' ', fpm_get($fpm, 'shop', __DIR__ . '/page.inc', 'increment=visits'));
}
echo 'more workers than live at once: ', var_export(count(array_unique($pids)) > 2, true), "\n";
echo 'the sums: ', implode(' ', $sums), "\n";
fpm_stop($fpm);
?>
--EXPECT--
more workers than live at once: true
the sums: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
