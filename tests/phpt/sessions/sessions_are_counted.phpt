--TEST--
strata_status(): what became of sessions is counted at the deepest tier, for all processes, and waits in seconds
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
session.use_strict_mode=1
session.cache_limiter=
strata.databases=sessions
strata.sessions.redis="${STRATA_TEST_REDIS_DSN}"
strata.sessions.session_lock_wait=100ms
strata.operation_timeout=5s
strata.connect_timeout=5s
strata.namespace=counted-${STRATA_TEST_RUN}
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

$counts = fn () => strata_status()['databases']['sessions']['redis']['sessions'];
look('abcdefghijklmnopqrstuvwxyz');
$before = $counts();
$show = function (string $what) use ($counts, &$before) {
    $now = $counts();
    $more = array_combine(array_keys($now), array_map(fn ($name) => $now[$name] - $before[$name], array_keys($now)));
    $waited = $more['seconds_waited'];
    $more['seconds_waited'] = match (true) {
        $waited === 0.0 => 0,
        $waited >= 0.1 && $waited < 30 => '0.1 or a little more',
        default => $waited,
    };
    echo "$what: ", json_encode(array_filter($more)), "\n";
    $before = $now;
};
$show('nothing');
visit('');
$show('new and empty');
$id = new_session(['n' => 1]);
$show('new');
visit($id);
$show('unchanged');
look($id);
$show('read and closed');
visit($id, fn () => $_SESSION['n']++);
$show('changed');

session_id($id);
session_start();
in_child(function () use ($id) {
    ob_end_clean();
    session_abort();
    warnings(fn () => visit($id));
});
$show('in the way of another process');
session_abort();
$show('aborted');
session_id($id);
session_start();
$_SESSION['n']++;
redis(getenv('STRATA_TEST_REDIS'), 'UNLINK', ini_get('strata.namespace') . ":sessions:2:{{$id}}");
echo count(warnings(session_write_close(...))), " warning\n";
$show('ended by another host');
$id = new_session(['n' => 1]);
session_id($id);
session_start();
session_destroy();
$show('destroyed');
?>
--EXPECT--
nothing: []
new and empty: {"skipped":1}
new: {"written":1}
unchanged: {"opened":1,"skipped":1}
read and closed: {"opened":1}
changed: {"opened":1,"written":1}
in the way of another process: {"opened":1,"waits":1,"seconds_waited":"0.1 or a little more","timeouts":1}
aborted: []
1 warning
ended by another host: {"opened":1,"refused":1}
destroyed: {"opened":1,"written":1}
