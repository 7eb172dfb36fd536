--TEST--
php-fpm: requests that hold more values than can be pinned find them whole while others overwrite, delete, clear and evict them
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

foreach (['auto', 'off'] as $way) {
    $fpm = fpm_start(
        ['shop' => ['pm = static', 'pm.max_children = 4']],
        ['strata.memory' => '1M', 'strata.zero_copy' => $way, 'display_errors' => '1']
    );
    $page = __DIR__ . '/hundreds.inc';
    for ($round = 0, $said = []; $round < 5; $round++) {
        $open = [];
        foreach (['write', 'hold', 'write', 'hold'] as $n => $what) {
            $open[] = fpm_begin($fpm, 'shop', $page, "do=$what&seed=$round$n");
        }
        foreach ($open as $connection) {
            $said[fpm_finish($connection)] = true;
        }
    }
    ksort($said);
    echo $way, ': ', implode(', ', array_keys($said)), ', ', fpm_get($fpm, 'shop', $page, 'do=pinned'), "\n";
    echo preg_match('/exited on signal .*/', file_get_contents("{$fpm['folder']}/fpm.log"), $match) ? "$match[0]\n" : '';
    fpm_stop($fpm);
}
?>
--EXPECT--
auto: whole, written, let go
off: whole, written, let go
