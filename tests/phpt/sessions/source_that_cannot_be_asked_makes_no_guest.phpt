--TEST--
strata.session_read_from: where the source cannot be asked or is none, session_start() fails and says why
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/other_handlers.inc';
skip_without_child();
skip_without_redis();
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/other_handlers.inc';

$ini = ['strata.databases' => 'sessions,old', 'strata.sessions.redis' => getenv('STRATA_TEST_REDIS_DSN'),
    'strata.sessions.namespace' => 'source-' . getenv('STRATA_TEST_RUN')];
$down = ['strata.old.redis' => 'redis://127.0.0.1:1', 'strata.sessions.session_read_from' => 'old:PHPREDIS_SESSION:'] + $ini;
$id = 'abcdefghijklmnopqrstuvwxyz';
foreach (['1', '0'] as $strict) {
    echo strata_page(['session.use_strict_mode' => $strict] + $down, $id);
}
echo strata_page(['strata.sessions.session_on_error' => 'empty'] + $down, $id);
echo strata_page($down, $id, 'session_id(""); session_start(); $started = true; $id = ""; $_SESSION["new"] = "by an id of PHP\'s own"');
echo strata_page(['strata.sessions.session_read_from' => 'older:PHPREDIS_SESSION:'] + $ini, $id);
echo strata_page(['strata.sessions.session_read_from' => 'old:PHPREDIS_SESSION:'] + $ini, $id);
echo strata_page(['strata.sessions.session_read_from' => 'old'] + $ini, $id);
?>
--EXPECT--
Warning: session_start(): database sessions: the session "abcd..." cannot be read: strata.session_read_from, database old: redis 127.0.0.1:1: connecting: Connection refused in Command line code on line 1
Warning: session_start(): Failed to read session data: strata (path: sessions) in Command line code on line 1
not started
Warning: session_start(): database sessions: the session "abcd..." cannot be read: strata.session_read_from, database old: redis 127.0.0.1:1: connecting: Connection refused in Command line code on line 1
Warning: session_start(): Failed to read session data: strata (path: sessions) in Command line code on line 1
not started
Warning: session_start(): database sessions: the session "abcd..." cannot be read: strata.session_read_from, database old: redis 127.0.0.1:1: connecting: Connection refused in Command line code on line 1
[]
Warning: session_start(): database sessions: the session "abcd..." cannot be read: strata.session_read_from, database old: redis 127.0.0.1:1: connecting: Connection refused in Command line code on line 1
Warning: session_start(): Failed to read session data: strata (path: sessions) in Command line code on line 1
{"new":"by an id of PHP's own"}
Warning: session_start(): database sessions, strata.session_read_from: database older is not there; strata.databases must name it in Command line code on line 1
Warning: session_start(): Failed to initialize storage module: strata (path: sessions) in Command line code on line 1
not started
Warning: session_start(): database sessions, strata.session_read_from: database old has no server; accepted: one with memcached or redis in Command line code on line 1
Warning: session_start(): Failed to initialize storage module: strata (path: sessions) in Command line code on line 1
not started
Warning: strata.sessions.session_read_from: "old" has no colon after the database; accepted: a database and what the keys there begin with, such as old:PHPREDIS_SESSION: in Unknown on line 0
[] under another id
