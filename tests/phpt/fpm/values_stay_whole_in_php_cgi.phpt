--TEST--
php-cgi: processes that hold more values than can be pinned find them whole while others overwrite, delete, clear and evict them
--SKIPIF--
<?php
require __DIR__ . '/../../support/sapis.inc';
skip_without_child();
cgi_binary() !== '' && !PHP_ZTS || print 'skip php-cgi of this PHP is not installed (Debian and Ubuntu: apt-get install php-cgi)';
?>
--FILE--
<?php
require __DIR__ . '/../../support/sapis.inc';

check_sapi(cgi_start(...));
?>
--EXPECT--
auto: whole, written, let go
off: whole, written, let go
