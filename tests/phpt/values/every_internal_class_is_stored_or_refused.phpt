--TEST--
strata_set(): an object of any class of PHP or its extensions is stored or refused, by both serializers, with opcache and without
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';
require __DIR__ . '/../../support/internal_classes.inc';

$extensions = [];
foreach (loadable_extensions() as $name) {
    array_push($extensions, '-d', "extension=$name");
}
/* Where one is missing, the same is tried twice. */
$igbinary = is_file(ini_get('extension_dir') . '/igbinary.so') ? ['-d', 'extension=igbinary'] : [];
$opcache = !is_file(ini_get('extension_dir') . '/opcache.so') ? [] : ['-d', 'zend_extension=opcache', '-d', 'opcache.enable_cli=1', '-d', 'opcache.jit=tracing',
    '-d', 'opcache.jit_buffer_size=16M'];
foreach ([
    'php' => [],
    'php, opcache' => $opcache,
    'igbinary' => $igbinary,
    'igbinary, opcache' => [...$igbinary, ...$opcache],
] as $name => $arguments) {
    echo "$name: ", run_php(['memory_limit' => '512M', 'error_log' => '/dev/null'],
        [...$arguments, ...$extensions, dirname(__DIR__, 2) . '/support/internal_classes.php']);
}
?>
--EXPECT--
php: many classes
php, opcache: many classes
igbinary: many classes
igbinary, opcache: many classes
