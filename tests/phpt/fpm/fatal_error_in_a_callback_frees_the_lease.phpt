--TEST--
php-fpm: a worker whose callback of remember() ends in a fatal error gives the lease back with the request
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

/* lease_wait is longer than the test may take: only a lease given back lets the second request in. */
$fpm = fpm_start(
    ['shop' => ['pm = static', 'pm.max_children = 2']],
    ['strata.lease_wait' => '60s', 'display_errors' => '0', 'memory_limit' => '32M']
);
$page = __DIR__ . '/page.inc';
fpm_get($fpm, 'shop', $page, 'fatal=report');
echo fpm_get($fpm, 'shop', $page, 'remember=report'), "\n";
fpm_stop($fpm);
?>
--EXPECT--
computed
