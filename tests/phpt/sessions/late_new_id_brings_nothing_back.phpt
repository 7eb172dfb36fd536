--TEST--
Sessions: a late session_regenerate_id() brings no ended session back, and takes nothing over what others stored
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_redis();
skip_without_memcached();
skip_without_sessions();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/hosts.inc';

$always = ['session.save_handler' => 'strata', 'session.save_path' => '', 'session.use_cookies' => '0',
    'session.cache_limiter' => '', 'session.use_strict_mode' => '0', 'strata.databases' => 'sessions',
    'strata.sessions.session_lock' => 'optimistic', 'strata.namespace' => 'sessions-late-id-' . getenv('STRATA_TEST_RUN')];
$tiers = ['Redis' => ['strata.sessions.redis' => getenv('STRATA_TEST_REDIS_DSN')],
    'memcached' => ['strata.sessions.memcached' => getenv('STRATA_TEST_MEMCACHED_DSN')]];
$ends = ['destroyed' => 'session_destroy()', 'changed' => '$_SESSION["a"] = 2', 'moved' => 'session_regenerate_id(true)',
    'moved, for a while' => 'session_regenerate_id()'];
foreach ($tiers as $tier => $ini) {
    $hosts = [new Host($ini + $always), new Host($ini + $always)];
    foreach ($hosts as $host) {
        $host->ask("(require '" . __DIR__ . "/../../support/sessions.inc')");
    }
    foreach ($ends as $name => $end) {
        foreach (['true', 'false'] as $removes) {
            $id = $hosts[0]->ask("new_session(['a' => 1])");
            $hosts[0]->ask("[session_id('$id'), session_start()]");
            $hosts[1]->ask("[session_id('$id'), session_start(), $end, session_write_close()]");
            $answer = $hosts[0]->ask("session_regenerate_id($removes)");
            $status = $hosts[0]->ask('session_status() === PHP_SESSION_NONE');
            $new = $hosts[0]->ask('session_id()');
            echo "$tier, $name, then $removes: ", json_encode([$answer, $status]), ' ',
                json_encode($new === $id || $new === '' ? 'no new id' : $hosts[1]->ask("look('$new')")), ' ',
                json_encode($hosts[1]->ask("look('$id')")), "\n";
        }
    }
    $id = $hosts[0]->ask("new_session(['a' => 1])");
    $hosts[0]->ask("[session_id('$id'), session_start()]");
    $new = $hosts[1]->ask("[session_id('$id'), session_start(), session_regenerate_id(), session_write_close()] ? session_id() : 0");
    echo "$tier, a late logout: ", json_encode([$hosts[0]->ask('session_destroy()'), $hosts[1]->ask("look('$new')"),
        $hosts[1]->ask("look('$id')")]), "\n";
    foreach (['true', 'false'] as $removes) {
        $locked = new Host(['strata.sessions.session_lock' => 'on'] + $ini + $always);
        $locked->ask("(require '" . __DIR__ . "/../../support/sessions.inc')");
        $id = $locked->ask("new_session(['a' => 1])");
        $locked->ask("[session_id('$id'), session_start()]");
        $hosts[1]->ask('session_set_save_handler($handler = new SessionHandler())');
        $hosts[1]->ask("[session_id('beside'), session_start(), \$handler->destroy('$id'), session_abort()]");
        echo "$tier, destroyed under its lock, then $removes: ", json_encode([$locked->ask("session_regenerate_id($removes)"),
            $locked->ask('session_status() === PHP_SESSION_NONE'), $hosts[1]->ask("look('$id')")]), "\n";
    }
}
?>
--EXPECT--
Redis, destroyed, then true: [false,true] "no new id" []
Redis, destroyed, then false: [false,true] "no new id" []
Redis, changed, then true: [false,true] "no new id" {"a":2}
Redis, changed, then false: [false,true] "no new id" {"a":2}
Redis, moved, then true: [false,true] "no new id" []
Redis, moved, then false: [false,true] "no new id" []
Redis, moved, for a while, then true: [false,true] "no new id" {"a":1}
Redis, moved, for a while, then false: [false,true] "no new id" {"a":1}
Redis, a late logout: [true,[],[]]
Redis, destroyed under its lock, then true: ["Error: Failed to create(read) session ID: strata (path: )",true,[]]
Redis, destroyed under its lock, then false: ["Error: Failed to create(read) session ID: strata (path: )",true,[]]
memcached, destroyed, then true: [false,true] "no new id" []
memcached, destroyed, then false: [false,true] "no new id" []
memcached, changed, then true: [false,true] "no new id" {"a":2}
memcached, changed, then false: [false,true] "no new id" {"a":2}
memcached, moved, then true: [false,true] "no new id" []
memcached, moved, then false: [false,true] "no new id" []
memcached, moved, for a while, then true: [false,true] "no new id" {"a":1}
memcached, moved, for a while, then false: [false,true] "no new id" {"a":1}
memcached, a late logout: [true,[],[]]
memcached, destroyed under its lock, then true: ["Error: Failed to create(read) session ID: strata (path: )",true,[]]
memcached, destroyed under its lock, then false: ["Error: Failed to create(read) session ID: strata (path: )",true,[]]
