--TEST--
Story e: pages of two rows are never those of a rollback, nor older than what the cache was told, and a silent server is seen
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
skip_without_story('igbinary', 'redis');
skip_without_story('pdo', 'pdo_sqlite');
skip_without_story('apcu');
is_file('/usr/share/php/Symfony/Component/Cache/autoload.php') || exit('skip install php-symfony-cache');
?>
--FILE--
<?php
require __DIR__ . '/short.inc';
tell_in_short('e');
?>
--EXPECT--
  ok     strata shows nothing that was rolled back, and on its own host nothing old
  ok     strata shows nothing old on the other host when tag_ttl (1 s) is over, and with tag_ttl = 0 nowhere
  ok     strata shows no wrong page, and each page came
  ok     strata_status() shows that the server is silent
4 passed, 0 failed
