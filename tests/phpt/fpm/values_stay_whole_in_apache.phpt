--TEST--
Apache: processes that hold more values than can be pinned find them whole while others overwrite, delete, clear and evict them
--SKIPIF--
<?php
require __DIR__ . '/../../support/sapis.inc';
skip_without_child();
apache_module() !== '' && !PHP_ZTS || print 'skip the module of this PHP for Apache is not installed (Debian and Ubuntu: apt-get install libapache2-mod-php)';
trim(shell_exec('id -u')) === '0' || print 'skip Apache is started as root';
?>
--FILE--
<?php
require __DIR__ . '/../../support/sapis.inc';

check_sapi(apache_start(...));
?>
--EXPECT--
auto: whole, written, let go
off: whole, written, let go
