--TEST--
Named segment: workers of two hosts are killed at any moment, and no value is wrong and none waits
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_segment();
skip_without_fork();
extension_loaded('posix') || @exec(escapeshellarg(PHP_BINARY) . ' -n -d extension=posix -r "exit((int) !function_exists(\'posix_kill\'));"', $output, $code);
($code ?? 0) === 0 || exit('skip posix is missing: install a PHP that has it');
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/segment/flips.inc';
in_own_run();
foreach (['on', 'auto'] as $way) {
    clean_run();
    $found = workers_killed(40, $way);
    echo "$way: ", $found->is_well ? 'well' : $found->told, "\n";
}
?>
--EXPECT--
on: well
auto: well
