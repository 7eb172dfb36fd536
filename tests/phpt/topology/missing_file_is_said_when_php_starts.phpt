--TEST--
topology: a file that is missing or bad when PHP starts is said then, php.ini is in force, and the file counts once it is good
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/topology.inc';

$file = topology_file('[nowhere]');
$start = fn (string $code = 'echo "started\n";', ?string $path = null) => print str_replace($file, 'FILE', php(['strata.topology' => $path ?? $file], $code));
$start();
unlink($file);
$start();
$start('echo "started\n"; require "' . __DIR__ . '/../../support/topology.inc";
    write_topology("' . $file . '", "[default]\npassword = SECRET");
    await_version(1);
    chmod("' . $file . '", 0644);
    await_version(2);
    echo str_contains(json_encode(strata_status()), "SECRET") ? "shown" : "not shown", "\n";
    ob_start();
    phpinfo(INFO_MODULES);
    echo str_contains(ob_get_clean(), "SECRET") ? "shown" : "not shown", "\n";
');
$start(path: '');
$start(path: 'topology.ini');
$start(path: sys_get_temp_dir());
?>
--EXPECTF--
Warning: strata.topology: FILE, line 1: there is no database nowhere; strata.databases must name it; php.ini alone is in force in Unknown on line 0
started
Warning: strata.topology: FILE cannot be read: No such file or directory; php.ini alone is in force in Unknown on line 0
started
Warning: strata.topology: FILE cannot be read: No such file or directory; php.ini alone is in force in Unknown on line 0
started
PHP Warning:  strata.topology: FILE holds a password, and everybody on this machine may read it
not shown
not shown
started
Warning: strata.topology: "topology.ini" does not begin with /; accepted: the full name of a file in Unknown on line 0
started
Warning: strata.topology: %s cannot be read: it is not a file; php.ini alone is in force in Unknown on line 0
started
