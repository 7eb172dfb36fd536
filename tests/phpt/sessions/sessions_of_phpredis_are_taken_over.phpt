--TEST--
strata.session_read_from: a session that phpredis wrote goes on, once taken over without the old record, which stays
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/other_handlers.inc';
skip_without_child();
skip_without_redis();
skip_without_other_handler('redis');
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/other_handlers.inc';

$server = getenv('STRATA_TEST_REDIS');
$old = ['session.save_handler' => 'redis',
    'session.save_path' => "tcp://$server?auth=" . getenv('STRATA_TEST_REDIS_PASSWORD')];
$new = ['strata.databases' => 'sessions,old', 'strata.old.redis' => getenv('STRATA_TEST_REDIS_DSN'),
    'strata.sessions.redis' => getenv('STRATA_TEST_REDIS_1_DSN'), 'strata.sessions.namespace' => 'taken-' . getenv('STRATA_TEST_RUN'),
    'strata.sessions.session_read_from' => 'old:PHPREDIS_SESSION:'];
$id = new_id();
$exists = fn () => redis($server, 'EXISTS', "PHPREDIS_SESSION:$id");
$login = '$_SESSION = ["user" => "ada", "pages" => 1]';

echo 'phpredis: ', old_page('redis', ['session.use_strict_mode' => '0'] + $old, $id, $login);
echo 'strata, read_and_close: ', strata_page($new, $id, 'session_abort(); session_start(["read_and_close" => true])');
echo 'strata, unchanged: ', strata_page($new, $id);
echo 'the old record: ', $exists(), "\n";
echo 'phpredis on another host: ', old_page('redis', $old, $id, '$_SESSION["pages"]++');
echo 'strata: ', strata_page($new, $id, '$_SESSION["pages"] += 10');
redis($server, 'DEL', "PHPREDIS_SESSION:$id");
echo 'without the old record: ', strata_page($new, $id);
echo 'without session_read_from: ', strata_page(array_diff_key($new, ['strata.sessions.session_read_from' => 1]), $id);
echo 'an id that is nowhere: ', strata_page($new, new_id());

$id = new_id();
old_page('redis', ['session.use_strict_mode' => '0'] + $old, $id, $login);
foreach (['optimistic', 'off'] as $mode) {
    echo "$mode: ", strata_page(['strata.sessions.namespace' => "$mode-" . getenv('STRATA_TEST_RUN'), 'strata.sessions.session_lock' => $mode] + $new, $id);
}
echo 'lazy_write off, strict mode off: ', strata_page(['session.lazy_write' => '0', 'session.use_strict_mode' => '0'] + $new, $id);
redis($server, 'DEL', "PHPREDIS_SESSION:$id");
foreach (['optimistic', 'off'] as $mode) {
    echo "$mode, without the old record: ", strata_page(['strata.sessions.namespace' => "$mode-" . getenv('STRATA_TEST_RUN'), 'strata.sessions.session_lock' => $mode] + $new, $id);
}
echo 'lock on: ', strata_page($new, $id);
?>
--EXPECT--
phpredis: {"user":"ada","pages":1}
strata, read_and_close: {"user":"ada","pages":1}
strata, unchanged: {"user":"ada","pages":1}
the old record: 1
phpredis on another host: {"user":"ada","pages":2}
strata: {"user":"ada","pages":11}
without the old record: {"user":"ada","pages":11}
without session_read_from: {"user":"ada","pages":11}
an id that is nowhere: [] under another id
optimistic: {"user":"ada","pages":1}
off: {"user":"ada","pages":1}
lazy_write off, strict mode off: {"user":"ada","pages":1}
optimistic, without the old record: {"user":"ada","pages":1}
off, without the old record: {"user":"ada","pages":1}
lock on: {"user":"ada","pages":1}
