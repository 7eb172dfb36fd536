--TEST--
Sentinel: sessions are kept, changed, moved and ended at the master, one request at a time
--SKIPIF--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_sentinels();
skip_without_sessions();
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/sessions.inc';

$master = new OwnServer('redis');
$sentinel = new Sentinel($master->port);
echo session_php(['strata.sessions.redis' => "redis-sentinel://127.0.0.1:$sentinel->port/mymaster",
    'strata.sessions.session_lock_wait' => '60s', 'session.use_strict_mode' => '0'], 'check_sessions();');
?>
--EXPECT--
done
