--TEST--
php-fpm: workers that end after 5 requests meet no limit of connections, and open one each
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_fpm();
skip_without_own_server();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../chaos/start.inc';

foreach (['memcached', 'redis'] as $tier) {
    $server = new OwnServer($tier);
    $fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 8', 'pm.max_requests = 5',
        'php_admin_value[strata.operation_timeout] = 10s', 'php_admin_value[strata.connect_timeout] = 10s',
        'php_admin_value[strata.request_budget] = 0', 'php_admin_value[strata.local_ttl] = 0',
        "php_admin_value[strata.$tier] = \"{$server->dsn()}\""]]);
    fpm_get($fpm, 'shop', __DIR__ . '/short_lives.inc');
    $before = accepted($tier, $server->name());
    $told = $pids = [];
    for ($round = 0; $round < 250; $round++) {
        $requests = array_map(fn () => fpm_begin($fpm, 'shop', __DIR__ . '/short_lives.inc'), range(1, 8));
        foreach ($requests as $request) {
            [$said, $pid] = explode(' by ', fpm_finish($request) . ' by ');
            $told[$said] = ($told[$said] ?? 0) + 1;
            $pids[$pid] = true;
        }
    }
    $opened = accepted($tier, $server->name()) - $before - 1;
    echo "$tier: ", json_encode($told), count($pids) > 200 ? ', by many workers, ' : ', by ' . count($pids) . ' workers, ';
    echo $opened <= count($pids) ? "a connection each\n" : "$opened connections\n";
    fpm_stop($fpm);
}
?>
--EXPECT--
memcached: {"deleted, read":2000}, by many workers, a connection each
redis: {"deleted, read":2000}, by many workers, a connection each
