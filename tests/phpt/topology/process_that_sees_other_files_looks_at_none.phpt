--TEST--
topology: a process that changes its root directory, or has a mount namespace of its own, looks at no file for the host
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fork();
skip_without_child();
if (!function_exists('chroot')) {
    echo 'skip a PHP with threads has no chroot()';
} elseif (trim(shell_exec('id -un')) !== 'root' || trim((string) shell_exec('unshare -m mount --make-rprivate / && echo yes')) !== 'yes') {
    echo 'skip this needs the right to mount (root)';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/topology.inc';

$prison = sys_get_temp_dir() . '/strata_prison_' . getmypid();
foreach (['chroot', 'pcntl_unshare'] as $way) {
    $file = topology_file('disabled = 10.0.0.1:1');
    @mkdir($prison . dirname($file), 0755, true);
    write_topology($prison . $file, "disabled = 10.6.6.6:1\n[default]\nredis = redis://10.6.6.6");
    echo $way, ': ', php(['strata.topology' => $file], '
        require "' . __DIR__ . '/../../support/topology.inc";
        [$way, $file, $prison] = ' . var_export([$way, $file, $prison], true) . ';
        $pid = pcntl_fork();
        if ($pid === 0) {
            if ($way === "chroot") {
                chroot($prison) || exit("not changed\n");
            } else {
                pcntl_unshare(CLONE_NEWNS) || exit("not unshared\n");
                exec("mount --make-rprivate / && mount --bind $prison$file $file");
            }
            echo str_contains(file_get_contents($file), "10.6.6.6") ? "another file" : "the same file";
            for ($end = microtime(true) + 3.5; microtime(true) < $end; usleep(20_000)) {
                $followed = implode(" ", strata_status()["topology"]["disabled"]);
                if ($followed !== "10.0.0.1:1") {
                    break;
                }
            }
            exit(", $followed is followed");
        }
        pcntl_waitpid($pid, $status);
        write_topology($file, "disabled = 10.0.0.2:1");
        await_version(2);
        echo ", then ", implode(" ", strata_status()["topology"]["disabled"]), "\n";
    ');
}
exec('rm -r ' . escapeshellarg($prison));
?>
--EXPECT--
chroot: another file, 10.0.0.1:1 is followed, then 10.0.0.2:1
pcntl_unshare: another file, 10.0.0.1:1 is followed, then 10.0.0.2:1
