--TEST--
topology: a php-fpm pool in a chroot never has the host follow the file that has the same name there
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
if (trim(shell_exec('id -un')) !== 'root') {
    echo 'skip only root may change the root directory';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/topology.inc';

$file = topology_file('disabled = 10.0.0.1:1');
$prison = sys_get_temp_dir() . '/strata_prison_' . getmypid();
mkdir($prison . dirname($file), 0755, true);
copy(__DIR__ . '/chroot.inc', "$prison/page.php");
write_topology($prison . $file, "disabled = 10.6.6.6:1\n[default]\nredis = redis://10.6.6.6");

$one = ['pm = static', 'pm.max_children = 1'];
$fpm = fpm_start(['free' => $one, 'jail' => [...$one, "chroot = $prison", 'php_admin_value[error_log] = /php.log']], ['strata.topology' => $file]);
$jail = fn () => fpm_get($fpm, 'jail', '/page.php');
$free = fn () => fpm_get($fpm, 'free', __DIR__ . '/chroot.inc');
/* All turns are there for the one in the chroot, for some seconds. */
for ($end = microtime(true) + 3.5, $seen = []; microtime(true) < $end; usleep(50_000)) {
    $seen[$jail()] = true;
}
echo 'in the chroot: ', implode(', ', array_keys($seen)), "\n";
write_topology($file, 'disabled = 10.0.0.2:1');
fpm_await(fn () => $free() === '10.0.0.2:1', 'the other pool to look');
echo 'what the other pool took is in force: ', $jail(), "\n";
for ($end = microtime(true) + 11.5, $seen = []; microtime(true) < $end; usleep(50_000)) {
    $seen[$jail()] = true;
}
echo 'when no other pool looks any more: ', implode('; ', array_keys($seen)), "\n";
fpm_await(fn () => $free() === '10.0.0.2:1', 'the other pool to look again');
echo preg_match_all('/strata\.topology: .*? what was in force stays/', file_get_contents("$prison/php.log"), $said), " line in the log\n";
echo str_replace($file, 'FILE', $said[0][0] ?? ''), "\n";
fpm_stop($fpm);
exec('rm -r ' . escapeshellarg($prison));
?>
--EXPECT--
in the chroot: 10.0.0.1:1
what the other pool took is in force: 10.0.0.2:1
when no other pool looks any more: 10.0.0.2:1; 10.0.0.2:1, a problem
1 line in the log
strata.topology: no process has looked at FILE for a while: this one is in a chroot or a mount namespace of its own, where another file may have that name; accepted: traffic in a pool without; what was in force stays
