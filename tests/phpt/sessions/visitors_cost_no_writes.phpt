--TEST--
php-fpm: visitors that store nothing cost servers no write and no lock
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
    tell_if_well("$name, new", visitors($store, 'strata', 60, false));
    tell_if_well("$name, with an old id", visitors($store, 'strata', 60, true));
}
?>
--EXPECT--
memcached, new: well
memcached, with an old id: well
redis, new: well
redis, with an old id: well
