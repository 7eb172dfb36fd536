--TEST--
strata.session_read_from: after session_destroy() and session_regenerate_id() the old record brings no session back
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

$server = getenv('STRATA_TEST_REDIS');
$namespace = 'ended-' . getenv('STRATA_TEST_RUN');
$new = ['strata.databases' => 'sessions', 'strata.sessions.redis' => getenv('STRATA_TEST_REDIS_DSN'),
    'strata.sessions.namespace' => $namespace, 'strata.sessions.session_read_from' => 'sessions:old:'];
$ends = [
    'session_destroy()' => '$started = session_destroy()',
    'session_regenerate_id(true)' => 'session_regenerate_id(true)',
    'session_regenerate_id()' => 'session_regenerate_id()',
];
foreach (['on', 'optimistic', 'off'] as $mode) {
    foreach ($ends as $name => $end) {
        foreach (['first' => false, 'second' => true] as $which => $is_known) {
            $id = new_id();
            redis($server, 'SET', "old:$id", 'user|s:3:"ada";', 'EX', '60');
            $ini = ['strata.sessions.session_lock' => $mode] + $new;
            if ($is_known) {
                strata_page($ini, $id);
            }
            strata_page($ini, $id, $end);
            $left = redis($server, 'EXISTS', "old:$id");
            $under_way = trim(strata_page($ini, $id));
            /* So it is after the 30 s for which an old id leads to the new one. */
            redis($server, 'DEL', "$namespace:sessions:2:{{$id}}");
            echo "$mode, $name in the $which request: $left left, then $under_way, later ", strata_page($ini, $id);
        }
    }
}
?>
--EXPECT--
on, session_destroy() in the first request: 0 left, then [] under another id, later [] under another id
on, session_destroy() in the second request: 0 left, then [] under another id, later [] under another id
on, session_regenerate_id(true) in the first request: 0 left, then [] under another id, later [] under another id
on, session_regenerate_id(true) in the second request: 0 left, then [] under another id, later [] under another id
on, session_regenerate_id() in the first request: 0 left, then {"user":"ada"}, later [] under another id
on, session_regenerate_id() in the second request: 0 left, then {"user":"ada"}, later [] under another id
optimistic, session_destroy() in the first request: 0 left, then [] under another id, later [] under another id
optimistic, session_destroy() in the second request: 0 left, then [] under another id, later [] under another id
optimistic, session_regenerate_id(true) in the first request: 0 left, then [] under another id, later [] under another id
optimistic, session_regenerate_id(true) in the second request: 0 left, then [] under another id, later [] under another id
optimistic, session_regenerate_id() in the first request: 0 left, then {"user":"ada"}, later [] under another id
optimistic, session_regenerate_id() in the second request: 0 left, then {"user":"ada"}, later [] under another id
off, session_destroy() in the first request: 0 left, then [] under another id, later [] under another id
off, session_destroy() in the second request: 0 left, then [] under another id, later [] under another id
off, session_regenerate_id(true) in the first request: 0 left, then [] under another id, later [] under another id
off, session_regenerate_id(true) in the second request: 0 left, then [] under another id, later [] under another id
off, session_regenerate_id() in the first request: 0 left, then {"user":"ada"}, later [] under another id
off, session_regenerate_id() in the second request: 0 left, then {"user":"ada"}, later [] under another id
