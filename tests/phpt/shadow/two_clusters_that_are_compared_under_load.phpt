--TEST--
shadow: two clusters and two hosts: no false difference, all planted ones by name, and pages while the shadow fails
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_fpm();
skip_without_own_server();
?>
--CONFLICTS--
all
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

/* The short form of `./dev chaos shadow`, which prints times, too. */
exec(PHP_BINARY . ' -n ' . escapeshellarg(__DIR__ . '/../../chaos/shadow.php') . ' 1000 2>&1', $lines, $code);
$said = preg_replace('/^ *[\d.]+ s  /', '', $lines);
echo $code === 0 ? end($said) : implode("\n", $said), "\n";
?>
--EXPECT--
all well
