--TEST--
Sessions: with read_only, a session that another request has is read, and not written
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
strata.namespace=sessions-ro-${STRATA_TEST_RUN}
strata.sessions.session_lock_wait=100ms
strata.sessions.session_on_lock_timeout=read_only
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

$id = new_session(['count' => 1]);
$read = function (string $id) {
    session_id($id);
    $data = null;
    $opened = warnings(function () use (&$data) { session_start(); $data = $_SESSION; });
    $unchanged = warnings(session_write_close(...));
    session_start();
    $_SESSION['count']++;
    return [$data, $opened, $unchanged, warnings(session_write_close(...))];
};
expect_same([['count' => 1], [], [], ['session_write_close(): database sessions: the session "' . shown($id)
    . '" was not stored: it could not be had at its start, and is read only']], while_held($id, $read), 'while it is held');
expect_same(['count' => 1], look($id), 'it was not written');
expect_same(['count' => 2], visit($id, fn () => $_SESSION['count']++), 'when it is free');
echo "done\n";
?>
--EXPECT--
done
