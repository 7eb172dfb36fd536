--TEST--
Sessions: an id that is none is refused with a warning that does not show it, and replaced without a word in strict mode
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
strata.namespace=sessions-ids-${STRATA_TEST_RUN}
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

ini_set('session.use_strict_mode', '0');
$sentence = 'session_start(): database sessions: this cannot be the id of a session; accepted: 1 to 256 of A-Z a-z 0-9 , -';
$start = function (string $id) {
    session_id($id);
    $is_started = null;
    $all = warnings(function () use (&$is_started) { $is_started = session_start(); });
    $is_same = $is_started && session_id() === $id;
    session_abort();
    session_id('');
    return [$is_started, $is_same, $all];
};
$bad = ['a|b', 'a_b', '../a', "a\0b", "\xff", str_repeat('a', 257), 'a:lock', '{a}'];
$good = ['a', str_repeat('a', 256), 'own-id,1'];
foreach ($bad as $id) {
    expect_same([false, false, [$sentence]], $start($id), "not strict: $id");
}
foreach ($good as $id) {
    expect_same([true, true, []], $start($id), "not strict: $id");
}
ini_set('session.use_strict_mode', '1');
foreach ($bad as $id) {
    expect_same([true, false, []], $start($id), "strict: $id");
}
echo "done\n";
?>
--EXPECT--
done
