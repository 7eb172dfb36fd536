--TEST--
plain: purge and clear touch no key of other programs, names change while PHP runs, and nothing of others hides what two tiers have
--SKIPIF--
<?php
require __DIR__ . '/../../support/plain.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/plain.inc';

$redis = new OwnServer('redis');
$memcached = new OwnServer('memcached');
$look = fn () => implode(' ', array_map(fn ($key) => "$key=" . redis($redis->name(), 'GET', $key), ['other', 'default:1700000000000000:other', 'shop:key']));
redis($redis->name(), 'SET', 'other', 'theirs');
/* As strata's names of a former generation would be. */
redis($redis->name(), 'SET', 'default:1700000000000000:other', 'theirs');
redis($redis->name(), 'SET', 'shop:key', 'theirs');

$ini = ['strata.redis' => $redis->dsn(), 'strata.foreign' => 'read'];
foreach ([['strata.foreign_prefix' => 'shop:'], ['strata.format' => 'plain'], []] as $more) {
    echo json_encode(by_strata($more + $ini, 'return [@$cache->clear(), strata_purge("default", 100000)];')), ' ', $look(), "\n";
}

/* The topology file changes names under a running PHP. */
$file = sys_get_temp_dir() . '/strata_plain_' . getmypid() . '_' . uniqid();
file_put_contents($file, "[default]\nforeign = miss\n");
chmod($file, 0600);
echo json_encode(by_strata(['strata.foreign' => 'miss', 'strata.topology' => $file] + $ini, '
    $before = $cache->get("other");
    file_put_contents("' . $file . '.new", "[default]\nforeign = read\n");
    chmod("' . $file . '.new", 0600);
    rename("' . $file . '.new", "' . $file . '");
    $end = microtime(true) + 20;
    do { usleep(50000); $after = $cache->get("other"); } while ($after === null && microtime(true) < $end);
    return [$before, $after];')), "\n";
unlink($file);

/* memcached above Redis: what others wrote is not copied into memcached, and what strata stored is. */
$tiers = $ini + ['strata.memcached' => $memcached->dsn(), 'strata.local_ttl' => '0'];
echo json_encode(by_strata($tiers, '
    $cache->get("other");
    $first = $cache->fetch("other")->tier->name;
    $cache->set("other", "ours");
    $cache->get("other");
    return [$first, $cache->fetch("other")->tier->name, $cache->get("other"), $cache->delete("other"), $cache->get("other")];')), "\n";
?>
--EXPECT--
[false,{"seen":0,"former":0,"removed":0,"done":true,"message":null}] other=theirs default:1700000000000000:other=theirs shop:key=theirs
[false,{"seen":0,"former":0,"removed":0,"done":true,"message":null}] other=theirs default:1700000000000000:other=theirs shop:key=theirs
[false,{"seen":0,"former":0,"removed":0,"done":true,"message":null}] other=theirs default:1700000000000000:other=theirs shop:key=theirs
[null,"theirs"]
["Redis","Memcached","ours",true,null]
