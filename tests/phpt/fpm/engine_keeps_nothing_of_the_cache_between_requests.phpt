--TEST--
php-fpm: patterns, stream wrapper names, constants and callbacks from the cache do no harm to later requests
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
    ['strata.memory' => '1M', 'strata.zero_copy' => 'auto']
);
$page = __DIR__ . '/engine.inc';
for ($round = 0; $round < 4; $round++) {
    foreach (['store', 'pattern', 'wrapper', 'constant', 'function', 'overwrite', 'patterns'] as $step) {
        echo fpm_get($fpm, 'shop', $page, $step), ' ';
    }
    echo "\n";
}
fpm_stop($fpm);
?>
--EXPECT--
stored 1 opened value ABC overwritten 5000 
stored 1 opened value ABC overwritten 5000 
stored 1 opened value ABC overwritten 5000 
stored 1 opened value ABC overwritten 5000 
