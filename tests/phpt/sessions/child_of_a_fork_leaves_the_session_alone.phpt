--TEST--
Sessions: a forked child neither writes nor frees the session of its parent
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
strata.namespace=sessions-fork-${STRATA_TEST_RUN}
strata.sessions.session_lock_wait=100ms
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

$id = new_session(['count' => 1]);
session_id($id);
session_start();
$all = in_child(fn () => warnings(session_write_close(...)));
expect_same([], $all, 'a child that changes nothing');
$all = in_child(function () { $_SESSION['count'] = 100; return warnings(session_write_close(...)); });
expect_same(['session_write_close(): database sessions: the session "' . shown($id) . '" was not stored: this process was forked '
    . 'from the one that has the session'], $all, 'one that does');
foreach ([true, false] as $removes) {
    in_child(fn () => warnings(fn () => session_regenerate_id($removes)));
    expect_same(['count' => 1], in_child(function () use ($id) { session_abort(); return look($id); }), 'a new id is no end of it');
}
in_child(fn () => session_abort());
in_child(fn () => 1);
expect_same(false, in_child(function () use ($id) { session_abort(); return @visit($id); }), 'it waits for its parent');
expect_same(['count' => 1], in_child(function () use ($id) { session_abort(); return look($id); }), 'or only looks');
$_SESSION['count']++;
expect_same([], warnings(session_write_close(...)), 'whose session it still is');
expect_same(['count' => 2], look($id), 'which it stored');
echo "done\n";
?>
--EXPECT--
done
