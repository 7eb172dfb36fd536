--TEST--
Sessions: a request that had a session for too long writes no more once another one got it
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
strata.namespace=sessions-late-${STRATA_TEST_RUN}
strata.sessions.session_lock_ttl=1s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

$id = new_session(['count' => 1]);
session_id($id);
session_start();
usleep(1200000);
$_SESSION['count']++;
expect_same([], warnings(session_write_close(...)), 'nobody came: it is stored');
expect_same(['count' => 2], look($id), 'that was an honest write');
session_start();
usleep(1200000);
on_another_host("require '" . __DIR__ . "/../../support/sessions.inc'; visit('$id', fn () => \$_SESSION['count'] += 10);",
    ['session.save_handler' => 'strata', 'session.save_path' => '', 'session.use_cookies' => '0', 'session.cache_limiter' => '',
        'strata.sessions.session_lock_ttl' => '1s']);
$_SESSION['count']++;
expect_same(['session_write_close(): database sessions: the session "' . shown($id) . '" was not stored: another request has '
    . 'got it, changed it or ended it since this one read it (strata.session_lock_ttl), or the server has lost it'], warnings(session_write_close(...)), 'refused');
expect_same(['count' => 12], look($id), 'what the other one stored stays');
echo "done\n";
?>
--EXPECT--
done
