--TEST--
php-fpm: when eight requests miss one key at once, one worker computes and all get its value
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_fpm();
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/fork.inc';

$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 8']], ['strata.lease_wait' => '60s']);
$page = __DIR__ . '/page.inc';
print_r(array_count_values(in_children(8, fn () => fpm_get($fpm, 'shop', $page, 'remember=report'))));
echo 'computations: ', fpm_get($fpm, 'shop', $page, 'get=computations'), "\n";
fpm_stop($fpm);
?>
--EXPECT--
Array
(
    [computed] => 8
)
computations: 1
