--TEST--
Sessions: a wait for another request ends with a warning, with a session that is read only, or by what a signal runs
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_redis();
skip_without_sessions();
skip_without_fork();
?>
--INI--
session.save_handler=strata
session.save_path=
session.use_cookies=0
session.cache_limiter=
strata.databases=sessions
strata.sessions.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=sessions-wait-${STRATA_TEST_RUN}
strata.sessions.session_lock_wait=300ms
--FILE--
<?php
require __DIR__ . '/../../support/sessions.inc';

$id = new_session(['count' => 1]);
$start = function (string $id) {
    session_id($id);
    $is_started = null;
    $all = warnings(function () use (&$is_started) { $is_started = session_start(); });
    return [$is_started, session_status() === PHP_SESSION_ACTIVE, $all];
};
$sentence = 'session_start(): database sessions: another request has had the session "' . shown($id)
    . '" for 0.3 s (strata.session_lock_wait)';
foreach (['0', '1'] as $strict) {
    ini_set('session.use_strict_mode', $strict);
    expect_same([false, false, [$sentence]], while_held($id, $start), "it fails, strict: $strict");
}
expect_same(['count' => 1], while_held($id, look(...)), 'read_and_close takes no lock');
expect_same('Exception: rung', while_held($id, function ($id) use ($start) {
    pcntl_async_signals(true);
    pcntl_signal(SIGUSR1, fn () => throw new Exception('rung'));
    $pid = getmypid();
    exec("(sleep 0.1; kill -USR1 $pid) >/dev/null 2>&1 &");
    try {
        $start($id);
    } catch (Exception $thrown) {
        return get_class($thrown) . ': ' . $thrown->getMessage();
    }
}), 'an exception of a handler of signals');
while_held($id, function ($id) use ($start) {
    ini_set('display_errors', '0');
    register_shutdown_function(fn () => (new Strata\Cache())->set('done', true));
    pcntl_async_signals(true);
    pcntl_signal(SIGUSR1, fn () => str_repeat('x', 1 << 40));
    $pid = getmypid();
    exec("(sleep 0.1; kill -USR1 $pid) >/dev/null 2>&1 &");
    $start($id);
});
expect_same(['count' => 1], in_child(fn () => visit($id)), 'it is free, and as it was, also after a fatal error');
$status = strata_status()['databases']['sessions']['redis']['sessions'];
expect_same([2, 4], [$status['timeouts'], $status['waits']], 'what was counted');
echo "done\n";
?>
--EXPECT--
done
