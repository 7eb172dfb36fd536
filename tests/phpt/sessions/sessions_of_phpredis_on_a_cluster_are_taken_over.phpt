--TEST--
strata.session_read_from: sessions that phpredis wrote to a cluster go on, on the same cluster, and end in both places
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/other_handlers.inc';
skip_without_child();
skip_without_cluster();
skip_without_other_handler('redis');
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/other_handlers.inc';

$seeds = implode('&', array_map(fn ($seed) => "seed[]=$seed", servers_of('STRATA_TEST_CLUSTER')));
$old = ['session.save_handler' => 'rediscluster', 'session.save_path' => "$seeds&timeout=5", 'session.use_strict_mode' => '0'];
$new = ['strata.databases' => 'sessions', 'strata.sessions.redis' => getenv('STRATA_TEST_CLUSTER_DSN'),
    'strata.sessions.namespace' => 'taken-' . getenv('STRATA_TEST_RUN'),
    'strata.sessions.session_read_from' => 'sessions:PHPREDIS_CLUSTER_SESSION:'];
$seen = $kept = $back = 0;
for ($i = 0; $i < 4; $i++) {
    $id = new_id();
    old_page('redis', $old, $id, "\$_SESSION['visitor'] = $i");
    $seen += strata_page($new, $id) === "{\"visitor\":$i}\n";
    $kept += cluster('EXISTS', "PHPREDIS_CLUSTER_SESSION:$id");
    strata_page($new, $id, 'session_destroy()');
    $back += cluster('EXISTS', "PHPREDIS_CLUSTER_SESSION:$id") + (strata_page($new, $id) !== "[] under another id\n");
}
echo "$seen taken over, $kept left where they were; $back came back after their end\n";
?>
--EXPECT--
4 taken over, 4 left where they were; 0 came back after their end
