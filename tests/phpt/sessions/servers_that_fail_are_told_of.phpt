--TEST--
Sessions: where a server fails, session_start() fails, or the session is empty and is not stored
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_own_server();
skip_without_sessions();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/sessions.inc';

$server = new OwnServer('redis');
$ini = ['strata.sessions.redis' => $server->dsn(), 'session.use_strict_mode' => '0'];
$hide = fn (string $text) => str_replace($server->name(), 'SERVER', $text);
$start = <<<'CODE'
    $data = null;
    session_id('page');
    foreach (warnings(function () use (&$data) { $data = session_start() ? $_SESSION : false; }) as $warning) {
        echo "$warning\n";
    }
    echo json_encode($data), ' ', session_id(), "\n";
    CODE;
$end = <<<'CODE'
    $_SESSION['count'] = 2;
    foreach (warnings(function () { session_write_close(); }) as $warning) {
        echo "$warning\n";
    }
    CODE;
session_php($ini, 'visit("page", fn () => $_SESSION["count"] = 1);');
echo "it fails meanwhile:\n", $hide(session_php($ini, "$start exec('kill -9 {$server->pid()}'); usleep(100000); $end"));
$server->kill();
foreach (['0', '1'] as $strict) {
    echo "it is down, strict: $strict\n", $hide(session_php(['session.use_strict_mode' => $strict] + $ini, $start));
    echo "empty:\n", $hide(session_php(['session.use_strict_mode' => $strict, 'strata.session_on_error' => 'empty'] + $ini,
        "$start session_write_close(); session_start(); $end"));
}
echo "a handler that throws:\n", $hide(session_php($ini, <<<'CODE'
    set_error_handler(fn ($level, $text) => throw new Exception($text));
    session_id('page');
    try {
        session_start();
    } catch (Exception $thrown) {
        echo get_class($thrown), ': ', $thrown->getMessage(), "\n";
    }
    var_dump(session_status() === PHP_SESSION_NONE);
    CODE));
foreach (['true', 'false'] as $removes) {
    $server->start();
    session_php($ini, 'visit("page", fn () => $_SESSION["count"] = 1);');
    echo "it fails before there is a new id, $removes:\n", $hide(session_php($ini, <<<CODE
        $start
        exec('kill -9 {$server->pid()}');
        usleep(100000);
        foreach (warnings(function () {
            try {
                session_regenerate_id($removes);
            } catch (Error \$thrown) {
                echo \$thrown->getMessage(), "\n";
            }
        }) as \$warning) {
            echo "\$warning\n";
        }
        var_dump(session_status() === PHP_SESSION_NONE);
        CODE));
    $server->kill();
}
$server->start();
?>
--EXPECT--
it fails meanwhile:
{"count":1} page
session_write_close(): database sessions: the session "p..." may not have been stored: redis SERVER: connecting: Connection refused
it is down, strict: 0
session_start(): database sessions: the session "p..." cannot be read: redis SERVER: connecting: Connection refused
false 
empty:
session_start(): database sessions: the session "p..." cannot be read: redis SERVER: connecting: Connection refused
[] page
Warning: session_start(): database sessions: the session "p..." cannot be read: redis SERVER: not asked for now: it refuses connections in Command line code on line 6
session_write_close(): database sessions: the session "p..." was not stored: it could not be had at its start, and is read only
it is down, strict: 1
session_start(): database sessions: the session "p..." cannot be read: redis SERVER: connecting: Connection refused
false 
empty:
session_start(): database sessions: the session "p..." cannot be read: redis SERVER: connecting: Connection refused
[] page
Warning: session_start(): database sessions: the session "p..." cannot be read: redis SERVER: not asked for now: it refuses connections in Command line code on line 6
session_write_close(): database sessions: the session "p..." was not stored: it could not be had at its start, and is read only
a handler that throws:
Exception: session_start(): database sessions: the session "p..." cannot be read: redis SERVER: connecting: Connection refused
bool(true)
it fails before there is a new id, true:
{"count":1} page
Failed to create(read) session ID: strata (path: )
session_regenerate_id(): database sessions: the session "p..." may not have been stored: redis SERVER: connecting: Connection refused
bool(true)
it fails before there is a new id, false:
{"count":1} page
Failed to create(read) session ID: strata (path: )
session_regenerate_id(): database sessions: the session "p..." may not have been stored: redis SERVER: connecting: Connection refused
bool(true)
