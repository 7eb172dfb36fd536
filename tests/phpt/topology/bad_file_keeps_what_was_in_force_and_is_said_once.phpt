--TEST--
topology: a bad file keeps what was in force, in all processes, and is said once, with its line and without secrets
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/topology.inc';

$file = topology_file("disabled = 10.0.0.1:1\n[feed]\noperation_timeout = 20ms");
$said = php(['strata.databases' => 'feed', 'strata.topology' => $file],
    'require "' . __DIR__ . '/../../support/topology.inc";
    $file = ' . var_export($file, true) . ';
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $child = pcntl_fork();
    if ($child === 0) {
        fclose($ours);
        stream_set_blocking($theirs, false);
        while (fgets($theirs) === false && !feof($theirs)) {
            (new Strata\Cache("feed"))->has("key");
            usleep(1000);
        }
        exit;
    }
    $problem = fn () => strata_status()["topology"]["problem"];
    $try = function (string $text) use ($file, $problem) {
        $before = $problem();
        write_topology($file, $text);
        await(fn () => $problem() !== $before, "a verdict");
    };
    $try("[feed\nredis = \"redis://app:SECRET@10.0.0.1\"");
    await_looks(3);
    $try("[feed]\nmemcache = x");
    $try("[feed]\n\nredis = \"redis://app:SECRET@10.0.0.1:x\"");
    $try("[sessions]");
    $try("[default]\nmemory = 128M");
    $try("[default]\nredis = \"rediss://10.0.0.1\"\ntls_ca = /nonexistent");
    $try("[default]\nredis = redis://10.0.0.1\npassword_file = /nonexistent");
    unlink($file);
    await(fn () => str_contains($problem(), "No such file"), "a verdict");
    await_looks(2);
    $topology = strata_status()["topology"];
    echo "version $topology[version], follows $topology[followed], disabled ", implode(" ", $topology["disabled"]), "\n";
    write_topology($file, "disabled = 10.0.0.2:1");
    await_version(2);
    $topology = strata_status()["topology"];
    echo "version $topology[version], problem \"$topology[problem]\", disabled ", implode(" ", $topology["disabled"]), "\n";
    fwrite($ours, "\n");
    pcntl_waitpid($child, $status);
');
echo str_replace($file, 'FILE', preg_replace('/ in Command line code on line \d+$/m', '', $said));
?>
--EXPECT--
PHP Warning:  strata.topology: FILE, line 1: a section is written [database] or [database/prefix*], and nothing follows it; what was in force stays
PHP Warning:  strata.topology: FILE, line 2: there is no option memcache; did you mean memcached?; what was in force stays
PHP Warning:  strata.topology: FILE, line 3: redis: "***" is not usable: a port is a number from 1 to 65535; accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0; what was in force stays
PHP Warning:  strata.topology: FILE, line 1: there is no database sessions; strata.databases must name it; what was in force stays
PHP Warning:  strata.topology: FILE, line 2: memory cannot change while PHP runs; accepted: only in php.ini; what was in force stays
PHP Warning:  strata.topology: FILE, database default, strata.tls_ca: "/nonexistent" cannot be read: No such file or directory; what was in force stays
PHP Warning:  strata.topology: FILE, database default, password_file: "/nonexistent" cannot be read: No such file or directory; what was in force stays
PHP Warning:  strata.topology: FILE cannot be read: No such file or directory; what was in force stays
version 1, follows 1, disabled 10.0.0.1:1
version 2, problem "", disabled 10.0.0.2:1
