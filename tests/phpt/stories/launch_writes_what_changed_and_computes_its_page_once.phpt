--TEST--
Story d: a launch writes sessions that were changed, loses none, and computes its page once
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
skip_without_story('igbinary', 'redis');
skip_without_story('pdo', 'pdo_sqlite');
is_file('/usr/share/php/Symfony/Component/HttpFoundation/autoload.php') || exit('skip install php-symfony-http-foundation');
?>
--FILE--
<?php
require __DIR__ . '/short.inc';
tell_in_short('d');
?>
--EXPECT--
  ok     strata writes a session when something was added to it, and for nothing else
  ok     strata loses nothing that was added to a session
  ok     strata computes the page once at a time
  ok     strata shows no wrong page, and each page came
4 passed, 0 failed
