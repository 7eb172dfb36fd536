--TEST--
strata.session_read_from: sessions of php-memcached go on, on whichever of its servers they are
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/other_handlers.inc';
skip_without_child();
skip_without_memcached();
skip_without_redis();
skip_without_other_handler('memcached');
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/other_handlers.inc';

$spread = [
    'as it comes' => [],
    'modula' => ['memcached.sess_consistent_hash' => '0'],
    'another prefix' => ['memcached.sess_prefix' => 'shop.'],
];
$new = ['strata.databases' => 'sessions,old', 'strata.old.memcached' => getenv('STRATA_TEST_MEMCACHED_DSN'),
    'strata.sessions.redis' => getenv('STRATA_TEST_REDIS_1_DSN'), 'strata.sessions.namespace' => 'taken-' . getenv('STRATA_TEST_RUN')];
$held = fn (string $name) => array_map(fn ($server) => memcached_read($server, $name) !== null, servers_of('STRATA_TEST_MEMCACHED'));
foreach ($spread as $how => $options) {
    $prefix = $options['memcached.sess_prefix'] ?? 'memc.sess.key.';
    $old = $options + ['session.save_handler' => 'memcached', 'session.save_path' => getenv('STRATA_TEST_MEMCACHED'),
        'session.use_strict_mode' => '0'];
    $new['strata.sessions.session_read_from'] = "old:$prefix";
    $at = [0, 0];
    $seen = $kept = 0;
    for ($i = 0; $i < 6; $i++) {
        $id = new_id();
        /* Beyond what php-memcached compresses of values that are no sessions. */
        old_page('memcached', $old, $id, "\$_SESSION['visitor'] = str_repeat('$i', 20000)");
        $seen += strata_page($new, $id) === '{"visitor":"' . str_repeat($i, 20000) . "\"}\n";
        foreach ($held("$prefix$id") as $server => $is_there) {
            $at[$server] += $is_there;
        }
        strata_page($new, $id, 'session_destroy()');
        $kept += count(array_filter($held("$prefix$id")));
    }
    echo "$how: $seen taken over of ", array_sum($at), ", $kept left\n";
}

/* Of two servers one is gone. */
$new['strata.old.memcached'] = getenv('STRATA_TEST_MEMCACHED_AND_DEAD_DSN');
$id = new_id();
memcached_write(servers_of('STRATA_TEST_MEMCACHED')[0], "shop.$id", 'visitor|i:7;');
echo 'found on the other one: ', strata_page($new, $id);
echo 'not found there: ', preg_replace('/"\w{4}\.\.\."/', '"ID"', strata_page($new, new_id()));
echo 'ended: ', preg_replace('/"\w{4}\.\.\."/', '"ID"', strata_page($new, $id, 'session_destroy()'));
?>
--EXPECT--
as it comes: 6 taken over of 6, 0 left
modula: 6 taken over of 6, 0 left
another prefix: 6 taken over of 6, 0 left
found on the other one: {"visitor":7}
not found there: Warning: session_start(): database sessions: the session "ID" cannot be read: strata.session_read_from, database old: memcached 127.0.0.1:1: connecting: Connection refused in Command line code on line 1
Warning: session_start(): Failed to read session data: strata (path: sessions) in Command line code on line 1
not started
ended: {"visitor":7}
