--TEST--
php-fpm and nginx: a reload in the middle of visits ends no session and loses no visit, on Redis and on memcached
--SKIPIF--
<?php
require __DIR__ . '/../../support/nginx.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_own_server();
skip_without_nginx();
?>
--FILE--
<?php
require __DIR__ . '/../../support/logins.inc';
require __DIR__ . '/../../support/own_server.inc';

foreach (['redis', 'memcached'] as $kind) {
    $server = new OwnServer($kind);
    $site = new Site([$kind => $server->dsn()]);
    $workers = $site->browsers[0]->get('visit')['pid'];
    $site->confirmed[0]++;
    $site->visit();
    $before = $site->confirmed;
    proc_terminate($site->fpm['process'], 12 /* SIGUSR2 */);
    for ($i = 0; $i < 10; $i++) {
        $site->visit();
    }
    $counted = array_filter($before, fn ($visits, $i) => $site->confirmed[$i] === $visits + 10, ARRAY_FILTER_USE_BOTH);
    echo "$kind: $site->failed failed, $site->strangers strangers, ", count($counted), " of 12 counted each visit\n";
    echo 'the workers are others: ', var_export($site->browsers[0]->get('visit')['pid'] > $workers, true), "\n";
    $site->stop();
}
?>
--EXPECT--
redis: 0 failed, 0 strangers, 12 of 12 counted each visit
the workers are others: true
memcached: 0 failed, 0 strangers, 12 of 12 counted each visit
the workers are others: true
