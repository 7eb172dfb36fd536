--TEST--
php-fpm: without locks, what is accepted is counted, and what is not is told
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_fpm();
skip_without_own_server();
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/sessions/scenes.inc';

foreach (['memcached', 'redis'] as $name) {
    $store = new SessionStore($name);
    tell_if_well($name, optimistic($store, 80));
}
?>
--EXPECT--
memcached: well
redis: well
