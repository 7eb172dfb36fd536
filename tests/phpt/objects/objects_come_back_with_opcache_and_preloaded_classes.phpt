--TEST--
objects: they come back the same with opcache and its JIT, and where classes are preloaded
--SKIPIF--
<?php require __DIR__ . '/../../support/zero_copy.inc'; skip_without_opcache(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

$opcache = opcache() + ['opcache.enable_cli' => '1', 'opcache.jit' => 'tracing', 'opcache.jit_buffer_size' => '16M',
    'opcache.jit_hot_func' => '2', 'opcache.jit_hot_loop' => '2'];
$user = trim(shell_exec('id -un'));
$preload = ['opcache.preload' => dirname(__DIR__, 2) . '/support/object_preload.inc', 'opcache.preload_user' => $user];
foreach (['opcache' => $opcache, 'preloaded' => $opcache + $preload] as $name => $ini) {
    foreach (['on', 'auto'] as $way) {
        echo "$name, $way: ", php(['strata.zero_copy' => $way] + $ini, comparing('compare_all_objects();'));
    }
}
?>
--EXPECT--
opcache, on: all are right
opcache, auto: all are right
preloaded, on: all are right
preloaded, auto: all are right
