--TEST--
Web server of PHP: sessions that start before the script, by auto_start and by an upload's progress
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
require __DIR__ . '/../../support/web.inc';
skip_without_redis();
skip_without_sessions();
skip_without_web();
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/web.inc';

$ini = ['session.save_handler' => 'strata', 'session.save_path' => 'sessions', 'session.use_strict_mode' => '0',
    'session.upload_progress.enabled' => '1', 'session.upload_progress.cleanup' => '0', 'session.upload_progress.min_freq' => '0', 'session.upload_progress.freq' => '10%',
    'strata.databases' => 'sessions', 'strata.sessions.redis' => getenv('STRATA_TEST_REDIS_DSN'),
    'strata.namespace' => 'sessions-web-' . getenv('STRATA_TEST_RUN'), 'strata.operation_timeout' => '5s'];

/** A request of some kind, with the cookie of the session "page". */
function ask_page(Web $web, string $request, string $body = ''): string
{
    $port = (new ReflectionProperty($web, 'port'))->getValue($web);
    $socket = stream_socket_client("tcp://127.0.0.1:$port", $code, $message, 5);
    stream_set_timeout($socket, 30);
    fwrite($socket, "$request\r\nCookie: PHPSESSID=page\r\nContent-Length: " . strlen($body) . "\r\n\r\n$body");
    return explode("\r\n\r\n", stream_get_contents($socket), 2)[1] ?? '';
}

$web = new Web(['session.auto_start' => '1'] + $ini, '$_SESSION["count"] = 1 + ($_SESSION["count"] ?? 0); echo $_SESSION["count"], "\n";');
echo ask_page($web, 'GET / HTTP/1.0'), ask_page($web, 'GET / HTTP/1.0');
$web->stop();

$web = new Web($ini, 'session_start(); $all = $_SESSION["upload_progress_file"] ?? null; unset($_SESSION["upload_progress_file"]);
    echo json_encode([$_SESSION, $all["done"] ?? null, $all["bytes_processed"] ?? null, $_FILES["it"]["size"] ?? null]), "\n";');
$part = fn ($head, $body) => "--part\r\nContent-Disposition: form-data; $head\r\n\r\n$body\r\n";
$body = $part('name="PHP_SESSION_UPLOAD_PROGRESS"', 'file')
    . $part('name="it"; filename="it.txt"' . "\r\nContent-Type: text/plain", str_repeat('x', 100000)) . "--part--\r\n";
$answer = ask_page($web, "POST / HTTP/1.0\r\nContent-Type: multipart/form-data; boundary=part", $body);
echo str_replace((string) strlen($body), 'all', $answer);
echo ask_page($web, 'GET / HTTP/1.0');
?>
--EXPECT--
1
2
[{"count":2},true,all,100000]
[{"count":2},null,null,null]
