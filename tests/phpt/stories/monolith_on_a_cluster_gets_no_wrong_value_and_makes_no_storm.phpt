--TEST--
Story a: late READONLY, an unreachable master, a hot key and a restart make no wrong value and no storm
--SKIPIF--
<?php require __DIR__ . '/short.inc'; skip_without_story('igbinary', 'redis'); ?>
--FILE--
<?php
require __DIR__ . '/short.inc';
tell_in_short('a');
?>
--EXPECT--
  ok     strata: no page got another key's value
  ok     strata: no daemon got another key's value
  ok     strata: values were read, by daemons too
  ok     strata: no exception reached a page
  ok     strata: the hot key is read on the host
  ok     strata: a restart makes no more than twice a connection for each worker and node
  ok     strata: no healthy master is asked for the slots of another
7 passed, 0 failed
