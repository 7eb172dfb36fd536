--TEST--
docs/operations.md: the lines of ACL SETUSER for caches, sessions and sentinels allow everything, and strata_check() misses no right
--SKIPIF--
<?php
require __DIR__ . '/../../support/sentinels.inc';
skip_without_sentinels();
extension_loaded('session') || exit('skip no session');
?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/check.inc';

$page = preg_replace('/\n    \+/', ' +', file_get_contents(__DIR__ . '/../../../docs/operations.md'));
preg_match_all('/^ACL SETUSER (cache|sessions|watcher) .*$/m', $page, $found);
$lines = array_combine($found[1], $found[0]);
echo implode(' ', array_keys($lines)), "\n";

$watched = new Watched();
foreach (['cache', 'sessions'] as $user) {
    foreach ([$watched->master, $watched->replica] as $server) {
        echo redis($server->name(), ...explode(' ', $lines[$user])), ' ';
    }
}
foreach ($watched->sentinels as $sentinel) {
    echo ask($sentinel->port, ...explode(' ', $lines['watcher'])), ' ';
}
echo "\n";
redis($watched->master->name(), 'CONFIG', 'SET', 'maxmemory', '100mb');
redis($watched->master->name(), 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
$sentinels = ['strata.sentinel_user' => 'watcher', 'strata.sentinel_password' => 'password'] + PATIENT;

$cache = ['strata.redis' => sentinel_dsn($watched->sentinels, 'mymaster/1', 'cache:password@'), 'strata.namespace' => 'shop', 'strata.on_error' => 'throw'] + $sentinels;
echo php($cache, '
    $cache = new Strata\Cache();
    var_dump([
        $cache->set("a", [1], 60), $cache->get("a"), $cache->add("b", 1), $cache->increment("b"), $cache->increment("c", 1, 5, 60), $cache->touch("a", 90),
        $cache->touch("b"), $cache->replace("a", [2]), $cache->compareAndSet("a", $cache->fetch("a"), [3]), $cache->remember("r", 60, fn () => 7),
        $cache->setMultiple(["x" => 1, "y" => 2]), $cache->deleteMultiple(["x", "y"]), $cache->set("t", 1, 60, ["tag"]), $cache->invalidateTags("tag"),
        $cache->namespace("n")->set("k", 1), $cache->namespace("n")->clear(), ($lock = $cache->lock("l", 5))->acquire() && $lock->release(), $cache->delete("a"), $cache->clear(),
        strata_purge("default")["former"] > 0,
    ] === [true, [1], true, 2, 6, true, true, true, true, 7, true, true, true, true, true, true, true, true, true, true]);
');
print_findings(checked($cache));
redis($watched->master->name(), 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
$sessions = ['strata.databases' => 'sessions', 'strata.sessions.redis' => sentinel_dsn($watched->sentinels, 'mymaster', 'sessions:password@'),
    'strata.sessions.namespace' => 'logins', 'session.save_handler' => 'strata', 'session.save_path' => 'sessions', 'session.use_cookies' => '0', 'session.cache_limiter' => ''] + $sentinels;
echo php($sessions, '
    session_start();
    $_SESSION["user"] = 17;
    $id = session_id();
    session_write_close();
    session_start();
    session_regenerate_id();
    echo $_SESSION["user"], "\n";
    session_write_close();
    session_start();
    session_destroy();
');
print_findings(checked($sessions));
?>
--EXPECT--
cache sessions watcher
+OK +OK +OK +OK +OK +OK +OK 
bool(true)
nothing
17
nothing
