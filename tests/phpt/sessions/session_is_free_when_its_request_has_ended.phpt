--TEST--
php-fpm: a session is free and whole when its request has ended, however it did
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_redis();
skip_without_sessions();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fpm.inc';

$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 2']], ['display_errors' => '0', 'memory_limit' => '32M',
    'session.save_handler' => 'strata', 'session.save_path' => 'sessions', 'session.use_cookies' => '0',
    'session.use_strict_mode' => '0',
    'strata.databases' => 'sessions', 'strata.sessions.redis' => getenv('STRATA_TEST_REDIS_DSN'),
    'strata.namespace' => 'sessions-end-' . getenv('STRATA_TEST_RUN'), 'strata.operation_timeout' => '5s']);
$page = __DIR__ . '/end.inc';
foreach (['end', 'exit', 'throw', 'fatal', 'memory', 'time', 'close', 'abort', 'handler throws', 'serialize throw',
    'serialize fatal', 'serialize exit', 'serialize die', 'die', 'destroy'] as $end) {
    fpm_get($fpm, 'shop', $page, 'then=' . urlencode($end));
    echo "$end: ", fpm_get($fpm, 'shop', $page, 'then=look'), "\n";
}
fpm_stop($fpm);
?>
--EXPECT--
end: [true,{"count":1}]
exit: [true,{"count":2}]
throw: [true,{"count":3}]
fatal: [true,{"count":4}]
memory: [true,{"count":5}]
time: [true,{"count":6}]
close: [true,{"count":7}]
abort: [true,{"count":7}]
handler throws: [true,{"count":7}]
serialize throw: [true,{"count":7}]
serialize fatal: [true,{"count":7}]
serialize exit: [true,{"count":7}]
serialize die: [true,{"count":7}]
die: [true,{"count":7}]
destroy: [true,[]]
