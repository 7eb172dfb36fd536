--TEST--
strata.session_read_from: a session that is ended right after it was taken over stays so, whatever a request under way writes
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_redis();
skip_without_sessions();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/hosts.inc';

$server = getenv('STRATA_TEST_REDIS');
$ini = ['session.save_handler' => 'strata', 'session.save_path' => '', 'session.use_cookies' => '0',
    'session.cache_limiter' => '', 'session.use_strict_mode' => '0', 'strata.databases' => 'sessions',
    'strata.sessions.redis' => getenv('STRATA_TEST_REDIS_DSN'), 'strata.sessions.session_read_from' => 'sessions:old:',
    'strata.sessions.session_lock' => 'optimistic', 'strata.namespace' => 'sessions-taken-' . getenv('STRATA_TEST_RUN')];
$hosts = [new Host($ini), new Host($ini)];
foreach ($hosts as $host) {
    $host->ask("(require '" . __DIR__ . "/../../support/sessions.inc')");
}
$lates = ['changed' => '$_SESSION["a"] = 3', 'unchanged' => '1', 'a new id' => 'session_regenerate_id()',
    'a new id, and no old one' => 'session_regenerate_id(true)'];
foreach (['session_destroy()', '$_SESSION["a"] = 2'] as $end) {
    foreach ($lates as $name => $late) {
        $id = bin2hex(random_bytes(16));
        redis($server, 'SET', "old:$id", 'a|i:1;', 'EX', '60');
        $seen = $hosts[0]->ask("[session_id('$id'), session_start()] ? \$_SESSION : 0");
        $hosts[1]->ask("[session_id('$id'), session_start(), $end, session_write_close()]");
        $hosts[0]->ask("[$late, session_write_close()]");
        $new = $hosts[0]->ask('session_id()');
        echo "$end, then $name: ", json_encode([$seen, $hosts[1]->ask("look('$id')"),
            $new === $id || $new === '' ? [] : $hosts[1]->ask("look('$new')")]), "\n";
        redis($server, 'DEL', "old:$id");
    }
}
?>
--EXPECT--
session_destroy(), then changed: [{"a":1},[],[]]
session_destroy(), then unchanged: [{"a":1},[],[]]
session_destroy(), then a new id: [{"a":1},[],[]]
session_destroy(), then a new id, and no old one: [{"a":1},[],[]]
$_SESSION["a"] = 2, then changed: [{"a":1},{"a":2},[]]
$_SESSION["a"] = 2, then unchanged: [{"a":1},{"a":2},[]]
$_SESSION["a"] = 2, then a new id: [{"a":1},{"a":2},[]]
$_SESSION["a"] = 2, then a new id, and no old one: [{"a":1},{"a":2},[]]
