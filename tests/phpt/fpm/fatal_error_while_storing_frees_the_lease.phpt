--TEST--
php-fpm: a worker that runs out of memory while it serializes what remember() computed gives the lease back with the request
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$fpm = fpm_start(
    ['shop' => ['pm = static', 'pm.max_children = 1']],
    ['display_errors' => '0', 'memory_limit' => '32M']
);
$page = __DIR__ . '/page.inc';
echo fpm_get($fpm, 'shop', $page, 'unstorable=report');
echo fpm_get($fpm, 'shop', $page, 'leases=held'), " leases\n";
fpm_stop($fpm);
?>
--EXPECT--
0 leases
