--TEST--
The web server of PHP: processes that hold more values than can be pinned find them whole while others overwrite, delete, clear and evict them
--SKIPIF--
<?php
require __DIR__ . '/../../support/sapis.inc';
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/sapis.inc';

check_sapi(web_start(...));
?>
--EXPECT--
auto: whole, written, let go
off: whole, written, let go
