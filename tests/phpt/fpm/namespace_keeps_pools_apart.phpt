--TEST--
php-fpm: pools share memory, and php_admin_value[strata.namespace] keeps their keys apart
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$one = ['pm = static', 'pm.max_children = 1'];
$fpm = fpm_start([
    'shop' => [...$one, 'php_admin_value[strata.namespace] = shop'],
    'blog' => [...$one, 'php_admin_value[strata.namespace] = blog'],
    'shop_too' => [...$one, 'php_admin_value[strata.namespace] = shop'],
]);
$page = __DIR__ . '/page.inc';
echo preg_replace('/^\d+/', 'shop:', fpm_get($fpm, 'shop', $page, 'increment=visits')), "\n";
echo preg_replace('/^\d+/', 'shop:', fpm_get($fpm, 'shop', $page, 'increment=visits')), "\n";
echo 'blog: ', fpm_get($fpm, 'blog', $page, 'get=visits'), "\n";
echo 'another pool of the shop: ', fpm_get($fpm, 'shop_too', $page, 'get=visits'), "\n";
fpm_stop($fpm);
?>
--EXPECT--
shop: 1
shop: 2
blog: "nothing"
another pool of the shop: 2
