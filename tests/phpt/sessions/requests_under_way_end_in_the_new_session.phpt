--TEST--
php-fpm: requests with an old id are under way when it changes: what they add is in the new session
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
    tell_if_well($name, regenerated($store, 'strata', 2, 2));
}
?>
--EXPECT--
memcached: well
redis: well
