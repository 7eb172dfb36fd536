--TEST--
memcached: sessions are kept, changed, moved and ended there, one request at a time
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_memcached();
skip_without_sessions();
skip_without_fork();
?>
--INI--
session.save_handler=strata
session.save_path=
session.use_cookies=0
session.cache_limiter=
strata.databases=sessions
strata.sessions.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.sessions.session_lock_wait=60s
strata.namespace=sessions-memcached-${STRATA_TEST_RUN}
--FILE--
<?php
require __DIR__ . '/../../support/sessions.inc';

check_sessions();
?>
--EXPECT--
done
