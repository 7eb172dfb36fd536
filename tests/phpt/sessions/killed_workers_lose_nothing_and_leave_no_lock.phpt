--TEST--
php-fpm: a worker that is killed with a session loses nothing that was confirmed, and leaves no lock
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
    tell_if_well($name, killed($store, 'strata', 200, 2, 1));
}
?>
--EXPECT--
memcached: well
redis: well
