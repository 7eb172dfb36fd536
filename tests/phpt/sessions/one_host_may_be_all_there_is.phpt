--TEST--
Sessions: with session_local = on they are kept in the memory of the host, with its locks
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_sessions();
skip_without_fork();
?>
--INI--
session.save_handler=strata
session.save_path=
session.use_cookies=0
session.cache_limiter=
strata.databases=sessions
strata.namespace=sessions-local-${STRATA_TEST_RUN}
strata.sessions.redis=
strata.sessions.session_local=on
strata.sessions.session_lock_wait=60s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

check_sessions();
?>
--EXPECT--
done
