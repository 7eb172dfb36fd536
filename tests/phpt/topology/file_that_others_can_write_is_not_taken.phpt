--TEST--
topology: a file that others can write, or that belongs to another user, is not taken, at start and later
--SKIPIF--
<?php
require __DIR__ . '/../../support/php.inc';
skip_without_child();
if (trim(shell_exec('id -un')) !== 'root') {
    echo 'skip only root can give a file away';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/topology.inc';

$file = topology_file('disabled = 10.6.6.6:1');
$show = fn (string $output) => print str_replace($file, 'FILE', $output);
chmod($file, 0646);
$show(php(['strata.topology' => $file], 'echo count(strata_status()["topology"]["disabled"]), " disabled\n";'));
chmod($file, 0644);
chown($file, 65534);
$show(php(['strata.topology' => $file], 'echo count(strata_status()["topology"]["disabled"]), " disabled\n";'));

/* A link is judged by what it leads to. */
rename($file, "$file.real");
symlink("$file.real", $file);
$show(php(['strata.topology' => $file], '
    require "' . __DIR__ . '/../../support/topology.inc";
    $file = ' . var_export($file, true) . ';
    chown("$file.real", 0);
    await_version(1);
    echo implode(" ", strata_status()["topology"]["disabled"]), "\n";
    chmod("$file.real", 0664);
    await(fn () => strata_status()["topology"]["problem"] !== "", "a verdict");
    echo implode(" ", strata_status()["topology"]["disabled"]), "\n";
'));
unlink("$file.real");
unlink($file);
?>
--EXPECT--
Warning: strata.topology: FILE, others than its owner may write it; accepted: a file after chmod go-w; php.ini alone is in force in Unknown on line 0
0 disabled
Warning: strata.topology: FILE, it belongs to user 65534; accepted: a file of root or of user 0, as which PHP started; php.ini alone is in force in Unknown on line 0
0 disabled
Warning: strata.topology: FILE, it belongs to user 65534; accepted: a file of root or of user 0, as which PHP started; php.ini alone is in force in Unknown on line 0
10.6.6.6:1
PHP Warning:  strata.topology: FILE, others than its owner may write it; accepted: a file after chmod go-w; what was in force stays
10.6.6.6:1
