--TEST--
php-fpm: SIGUSR2 starts a new host with an empty local tier that works
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 1']]);
$page = __DIR__ . '/page.inc';
fpm_get($fpm, 'shop', $page, 'increment=visits');
echo 'before: ', fpm_get($fpm, 'shop', $page, 'get=visits'), "\n";
fpm_reload($fpm, 'shop', $page);
echo 'after: ', fpm_get($fpm, 'shop', $page, 'get=visits'), "\n";
fpm_get($fpm, 'shop', $page, 'increment=visits');
echo 'and then: ', fpm_get($fpm, 'shop', $page, 'get=visits'), "\n";
fpm_stop($fpm);
?>
--EXPECT--
before: 1
after: "nothing"
and then: 1
