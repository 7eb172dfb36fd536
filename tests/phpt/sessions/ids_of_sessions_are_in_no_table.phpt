--TEST--
prefixes and hot keys: the ids of sessions, names of locks, generations and numbers of tags are in neither
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.databases=sessions
strata.namespace="hidden"
strata.operation_timeout=5s
strata.connect_timeout=5s
strata.request_budget=0
session.save_handler=strata
session.save_path=sessions
session.use_cookies=0
session.cache_limiter=
--FILE--
<?php
$cache = new Strata\Cache();
for ($i = 0; $i < 200; $i++) {
    session_id("visitor:$i:secret");
    @session_start();
    $id = session_create_id();
    session_abort();
    session_id($id);
    session_start();
    $_SESSION['n'] = $i;
    session_write_close();
    session_start();
    $i % 10 === 0 ? session_destroy() : session_write_close();
    if ($i % 10 === 0) {
        $cache->lock("lock:$i:secret", ttl: 5)?->release();
        $cache->set("value:$i", 1, 60, ["tag:$i:secret"]);
        $cache->get("value:$i");
        $cache->invalidateTags("tag:$i:secret");
    }
}
$status = strata_status();
$rows = array_map(fn ($row) => "{$row['database']} {$row['prefix']}", $status['prefixes']);
echo implode("\n", $rows), "\n";
echo str_contains(json_encode([$status['prefixes'], $status['hot_keys']]), 'secret') ? 'a secret' : 'none', "\n";
echo isset($status['hot_keys']['sessions']) ? 'keys of sessions' : 'none', "\n";
?>
--EXPECT--
default value:
none
none
