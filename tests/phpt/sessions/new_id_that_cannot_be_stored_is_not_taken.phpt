--TEST--
session_regenerate_id() fails where nothing can be stored under the new id, and the old session stays
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

const PAGE = <<<'CODE'
    $id = new_session(['user' => 'ada']);
    session_id($id);
    session_start();
    $trouble();
    $warnings = warnings(function () use ($delete) {
        try {
            var_dump(session_regenerate_id($delete));
        } catch (Error $error) {
            echo get_class($error), ': ', $error->getMessage(), "\n";
        }
    });
    echo preg_replace('/"\w{4}\.\.\."/', 'ID', implode("\n", $warnings)), "\n";
    echo json_encode(session_status() === PHP_SESSION_NONE), "\n";
    if ($again) {
        $again();
        echo json_encode([look($id), visit($id, fn () => $_SESSION['count'] = 1)]), "\n";
    }
    CODE;
$server = new OwnServer('redis');
$tell = fn (string $limit) => "\$redis = stream_socket_client('tcp://{$server->name()}');
    fwrite(\$redis, \"CONFIG SET maxmemory $limit\\r\\n\"); fgets(\$redis);";
foreach (['true', 'false'] as $delete) {
    echo "a full server, $delete\n", str_replace($server->name(), 'SERVER', session_php(['strata.sessions.redis' => $server->dsn()],
        "\$delete = $delete; \$trouble = function () { {$tell('1')} }; \$again = function () { {$tell('0')} };" . PAGE));
    foreach (['redis', 'memcached'] as $kind) {
        $gone = new OwnServer($kind);
        echo "$kind is gone, $delete\n", str_replace($gone->name(), 'SERVER', session_php(["strata.sessions.$kind" => $gone->dsn()],
            "\$delete = $delete; \$trouble = function () { exec('kill -9 {$gone->pid()}'); usleep(100000); }; \$again = null;" . PAGE));
    }
}
?>
--EXPECT--
a full server, true
Error: Failed to create(read) session ID: strata (path: )
session_regenerate_id(): database sessions: the session ID may not have been stored: redis SERVER: OOM command not allowed when used memory > 'maxmemory'.
true
[{"user":"ada"},{"user":"ada","count":1}]
redis is gone, true
Error: Failed to create(read) session ID: strata (path: )
session_regenerate_id(): database sessions: the session ID may not have been stored: redis SERVER: connecting: Connection refused
true
memcached is gone, true
Error: Failed to create(read) session ID: strata (path: )
session_regenerate_id(): database sessions: the session ID may not have been stored: memcached SERVER: connecting: Connection refused
true
a full server, false
Error: Failed to create(read) session ID: strata (path: )
session_regenerate_id(): database sessions: the session ID may not have been stored: redis SERVER: OOM command not allowed when used memory > 'maxmemory'.
true
[{"user":"ada"},{"user":"ada","count":1}]
redis is gone, false
Error: Failed to create(read) session ID: strata (path: )
session_regenerate_id(): database sessions: the session ID may not have been stored: redis SERVER: connecting: Connection refused
true
memcached is gone, false
Error: Failed to create(read) session ID: strata (path: )
session_regenerate_id(): database sessions: the session ID may not have been stored: memcached SERVER: connecting: Connection refused
true
