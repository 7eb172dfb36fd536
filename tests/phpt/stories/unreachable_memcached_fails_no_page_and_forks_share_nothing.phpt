--TEST--
Story b: an unreachable memcached fails no page, and forked children get no values of other keys
--SKIPIF--
<?php require __DIR__ . '/short.inc'; skip_without_story('igbinary', 'msgpack', 'memcached'); ?>
--FILE--
<?php
require __DIR__ . '/short.inc';
tell_in_short('b');
?>
--EXPECT--
  ok     strata: no page got another key's value
  ok     strata: each page came
  ok     strata: no forked process got another key's value
  ok     strata: each of its reads found its value
4 passed, 0 failed
