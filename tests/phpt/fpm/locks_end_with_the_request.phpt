--TEST--
php-fpm: a lock is free when its request has ended, however it did, and when its worker was killed
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 2']], ['display_errors' => '0', 'memory_limit' => '32M']);
$page = __DIR__ . '/lock.inc';
foreach (['end', 'exit', 'throw', 'fatal', 'memory', 'time', 'die', 'keep'] as $end) {
    fpm_get($fpm, 'shop', $page, "then=$end");
    echo "$end: ", fpm_get($fpm, 'shop', $page, 'then=look&wait=0.5'), "\n";
}
fpm_stop($fpm);
?>
--EXPECT--
end: true
exit: true
throw: true
fatal: true
memory: true
time: true
die: true
keep: false
