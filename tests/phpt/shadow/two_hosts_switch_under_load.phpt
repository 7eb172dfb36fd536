--TEST--
topology: two hosts under load go over to other servers at one moment: no request sees both, none fails, nothing is old
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_own_server();
skip_without_fpm();
?>
--CONFLICTS--
all
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

/* The short form of ./dev chaos switch. */
$php = escapeshellarg(getenv('TEST_PHP_EXECUTABLE') ?: PHP_BINARY);
$switch = escapeshellarg(realpath(__DIR__ . '/../../chaos/switch.php'));
exec('STRATA_SO=' . escapeshellarg(strata_so()) . " $php -n -d extension=posix -d extension=pcntl $switch 1 2>&1", $said);
echo end($said), "\n", implode("\n", preg_grep('/^FAILED|rror/', $said));
?>
--EXPECTF--
4 passed, 0 failed
ok     errors, old and wrong values                       0%w
