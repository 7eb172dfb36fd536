--TEST--
Story c: a memcached server that one host cannot reach, and that comes back, shows nothing older than a true delete
--SKIPIF--
<?php require __DIR__ . '/short.inc'; skip_without_story('igbinary', 'msgpack', 'memcached'); ?>
--FILE--
<?php
require __DIR__ . '/short.inc';
tell_in_short('c');
?>
--EXPECT--
  ok     strata shows no row that is older than a delete that was true
  ok     strata shows no row of another key, and none that was never written
  ok     strata has no old row left when the server is back
  ok     no page of strata failed
4 passed, 0 failed
