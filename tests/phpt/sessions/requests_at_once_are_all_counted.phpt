--TEST--
php-fpm: each of 20 requests at once on one session counts, by one host and by two
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
    tell_if_well("$name, one host", counted($store, 'strata', 120, 1, 1));
    tell_if_well("$name, two hosts", counted($store, 'strata', 60, 3, 2));
}
?>
--EXPECT--
memcached, one host: well
memcached, two hosts: well
redis, one host: well
redis, two hosts: well
