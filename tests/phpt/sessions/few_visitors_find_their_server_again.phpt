--TEST--
php-fpm: where few of many workers are asked, the first visitor after the outage has a session again
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_own_server();
skip_without_sessions();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';

foreach (['redis', 'memcached'] as $kind) {
    $server = new OwnServer($kind);
    $fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 8']], ['display_errors' => '0', 'log_errors' => '0',
        'session.save_handler' => 'strata', 'session.save_path' => 'sessions', 'session.use_cookies' => '0',
        'session.use_strict_mode' => '0', 'strata.databases' => 'sessions', "strata.sessions.$kind" => $server->dsn(),
        'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s']);
    $visit = fn () => fpm_get($fpm, 'shop', __DIR__ . '/end.inc', 'then=start');
    echo "$kind: ", $visit(), "\n";
    $server->kill();
    echo $visit(), " ", $visit(), " ", $visit(), "\n";
    $server->start();
    /* The longest first pause of a breaker, and more. */
    usleep(1_100_000);
    echo $visit(), "\n";
    fpm_stop($fpm);
}
?>
--EXPECT--
redis: true
false false false
true
memcached: true
false false false
true
