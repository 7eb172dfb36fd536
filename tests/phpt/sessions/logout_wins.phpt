--TEST--
Sessions: a session that is destroyed stays so, whatever a request under way writes
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_redis();
skip_without_sessions();
?>
--INI--
session.save_handler=strata
session.save_path=
session.use_cookies=0
session.cache_limiter=
strata.databases=sessions
strata.sessions.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=sessions-logout-${STRATA_TEST_RUN}
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

$id = new_session(['user' => 7]);
session_id($id);
session_start();
on_another_host("require '" . __DIR__ . "/../../support/sessions.inc'; \$handler = new SessionHandler();
    session_set_save_handler(\$handler); session_id('another'); session_start(); \$handler->destroy('$id'); session_destroy();",
    ['session.save_handler' => 'strata', 'session.save_path' => '', 'session.use_cookies' => '0', 'session.cache_limiter' => '']);
$_SESSION['user'] = 8;
expect_same(1, count(warnings(session_write_close(...))), 'the write is refused');
expect_same([], look($id), 'the session is gone');
session_id($id);
session_start();
$_SESSION['user'] = 9;
session_destroy();
expect_same([], look($id), 'its own end');
echo "done\n";
?>
--EXPECT--
done
