--TEST--
php-fpm: a pool is shown the prefixes and hot keys of its own namespace, and an operator's all
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$pool = ['pm = static', 'pm.max_children = 1'];
$fpm = fpm_start([
    'shop' => [...$pool, 'php_admin_value[strata.namespace] = shop'],
    'blog' => [...$pool, 'php_admin_value[strata.namespace] = blog'],
    'idle' => [...$pool, 'php_admin_value[strata.namespace] = shop'],
    'operators' => [...$pool, 'php_admin_value[strata.operator] = on'],
]);
$page = __DIR__ . '/analysed.inc';
fpm_get($fpm, 'shop', $page, 'use=order');
fpm_get($fpm, 'blog', $page, 'use=post');
foreach (['shop', 'blog', 'idle', 'operators'] as $name) {
    echo $name, ': ', fpm_get($fpm, $name, $page);
}
fpm_stop($fpm);
?>
--EXPECT--
shop: shop/order: and shop/order:x
blog: blog/post: and blog/post:x
idle: shop/order: and shop/order:x
operators: blog/post: shop/order: and blog/post:x shop/order:x
