--TEST--
strata: its script does nothing without the secret; what a killed command leaves, the next one removes, and no other's
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
skip_without_command();
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';

$fpm = fpm_start(['www' => debian_pool(), 'busy' => debian_pool()], ['strata.memory' => '32M']);
file_put_contents("{$fpm['folder']}/sleep.php", '<?php sleep(20);');
$place = place_for_scripts();
/* Its one worker is asleep, so a command waits with its script on the disk. */
$asleep = fpm_begin($fpm, 'busy', "{$fpm['folder']}/sleep.php");
$waiting = fn () => command_begin(['--fcgi', "{$fpm['folder']}/busy.sock", '--temporary', $place, 'status']);
$first = $waiting();
fpm_await(fn () => count(preg_grep('/php$/', scripts_in($place))) === 1, 'a script');
$script = scripts_in($place)[0];
echo 'mode ', decoct(fileperms($script) & 07777), ', the secret is ', preg_match_all('/[0-9a-f]{64}/', file_get_contents($script)), " hash\n";

$said = '';
$order = ['STRATA_ORDER' => '["status"]'];
foreach (['none' => [], 'a wrong one' => ['STRATA_SECRET' => str_repeat('0', 64)],
    'its hash' => ['STRATA_SECRET' => preg_match('/[0-9a-f]{64}/', file_get_contents($script), $hash) ? $hash[0] : '']] as $what => $secret) {
    echo "$what: ", fpm_finish(fpm_begin($fpm, 'www', $script, '', $secret + $order), $said) === '' ? 'no answer' : 'an answer', "\n";
}
echo 'executed here: ', run_php([], [$script]), "\n";

file_put_contents("$place/strata-0123456789abcdef.php", 'left by a killed one');
file_put_contents("$place/strata-0123456789abcdee.php.new", 'being written');
file_put_contents("$place/strata-of-others.php", 'of another program');
symlink("$place/strata-of-others.php", "$place/strata-0123456789abcdff.php");
$status = fn () => preg_match('/^strata /', command(['--fcgi', "{$fpm['folder']}/www.sock", '--temporary', $place, 'status'])) ? 'answered' : 'no answer';
echo $status(), ': ', implode(' ', array_map(fn ($path) => $path === $script ? 'WAITING' : basename($path), [...array_diff(glob("$place/*"), [$script]), ...array_intersect(glob("$place/*"), [$script])])), "\n";

proc_terminate($first['process'], 9);
proc_close($first['process']);
echo 'killed: ', in_array($script, scripts_in($place), true) ? 'it stays' : 'it is gone', "\n";
echo $status(), ': ', in_array($script, scripts_in($place), true) ? 'it stays' : 'it is gone', "\n";

$second = $waiting();
fpm_await(fn () => count(preg_grep('/[0-9a-f]{16}\.php$/', array_filter(scripts_in($place), fn ($path) => !is_link($path)))) === 1, 'a script');
proc_terminate($second['process'], 15);
echo 'terminated: ', str_replace("exit code 143\n", 'code 143', command_finish($second)), ', ',
    implode(' ', array_map(basename(...), array_filter(scripts_in($place), fn ($path) => !is_link($path)))), "\n";
array_map(unlink(...), glob("$place/*"));
rmdir($place);
fpm_stop($fpm);
?>
--EXPECT--
mode 644, the secret is 1 hash
none: no answer
a wrong one: no answer
its hash: no answer
executed here: 
answered: strata-0123456789abcdee.php.new strata-0123456789abcdff.php strata-of-others.php WAITING
killed: it stays
answered: it is gone
terminated: code 143, strata-0123456789abcdee.php.new
