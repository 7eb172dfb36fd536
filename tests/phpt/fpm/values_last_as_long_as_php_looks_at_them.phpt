--TEST--
php-fpm: destructors, sessions, output and shutdown callbacks and whatever else runs at the end of a request find what was read whole, however it ends
--SKIPIF--
<?php
require __DIR__ . '/../../support/zero_copy.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';
require __DIR__ . '/../../support/fpm.inc';

$page = __DIR__ . '/after_request.inc';
$opcache = opcache();
$ways = [
    'no opcache' => ['opcache.enable' => '0'],
    'no zero copy' => ['strata.zero_copy' => 'off'],
];
if ($opcache !== null) {
    $ways['opcache'] = $opcache + ['opcache.jit' => 'off'];
    $ways['tracing JIT'] = $opcache + ['opcache.jit_buffer_size' => '32M', 'opcache.jit' => 'tracing', 'opcache.jit_hot_loop' => '2',
        'opcache.jit_hot_func' => '2'];
}
foreach ($ways as $name => $ini) {
    $fpm = fpm_start(
        ['shop' => ['pm = static', 'pm.max_children = 1']],
        ['strata.memory' => '1M', 'display_errors' => '0', 'memory_limit' => '64M'] + $ini
    );
    $said = [];
    for ($round = 0; $round < 3; $round++) {
        foreach (['leave', 'exit', 'throw', 'fatal'] as $end) {
            foreach (['store', $end, 'told', 'pinned'] as $step) {
                $said[$end][fpm_get($fpm, 'shop', $page, $step)] = true;
            }
        }
    }
    foreach ($said as $end => $steps) {
        $line = "$end: " . implode(', ', array_keys($steps));
        if ($name === 'no opcache') {
            $expected[$end] = $line;
            echo $line, "\n";
        } elseif ($line !== $expected[$end]) {
            echo "but with $name: $line\n";
        }
    }
    echo preg_match('/exited on signal .*/', file_get_contents("{$fpm['folder']}/fpm.log"), $match) ? "$name: $match[0]\n" : '';
    fpm_stop($fpm);
}
?>
--EXPECT--
leave: stored, left, nothing wrong, nothing pinned
exit: stored, left, nothing wrong, nothing pinned
throw: stored, left, nothing wrong, nothing pinned
fatal: stored, , nothing wrong, nothing pinned
