--TEST--
shadow: in lead it answers, going back is one word, and no local copy of the other place is ever seen
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/topology.inc';

[$memcached, $redis] = [new OwnServer('memcached'), new OwnServer('redis')];
$file = topology_file("[feed]\nmemcached =\nredis = " . $redis->dsn());
echo php([
    'strata.databases' => 'feed',
    'strata.feed.memcached' => $memcached->dsn(),
    'strata.feed.shadow_redis' => $redis->dsn(),
    'strata.topology' => $file,
    'strata.local_ttl' => '1h',
    'strata.operation_timeout' => '5s',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    require "' . __DIR__ . '/../../support/show.inc";
    $file = ' . var_export($file, true) . ';
    $cache = new Strata\Cache("feed");
    $version = 1;
    $move = function (string $text) use ($file, &$version) {
        write_topology($file, "[feed]\n$text");
        await_version(++$version);
    };
    $show = fn (string $when) => print("$when: " . told($cache->fetch("key")) . ", " . told($cache->fetch("other")) . "\n");

    $cache->setMultiple(["key" => "of redis", "other" => "of redis, too"]);
    $show("redis alone");
    $move("shadow_mode = off");
    $cache->setMultiple(["key" => "of memcached", "other" => "of memcached, too"]);
    $show("off");
    $move("shadow_mode = write");
    $show("write");
    $move("shadow_mode = lead");
    $show("lead");
    $cache->set("key", "newer");
    $show("lead, written");
    $move("shadow_mode = compare");
    echo "compare: ", $cache->fetch("key")->tier === Strata\Tier::Local ? "an old copy" : "no old copy", ", ", told($cache->fetch("other")), "\n";
    $tiers = array_keys(strata_status()["databases"]["feed"]);
    sort($tiers);
    echo implode(", ", $tiers), "\n";
');
?>
--EXPECT--
redis alone: hit local: 'of redis', hit local: 'of redis, too'
off: hit local: 'of memcached', hit local: 'of memcached, too'
write: hit local: 'of memcached', hit local: 'of memcached, too'
lead: miss redis, miss redis
lead, written: hit local: 'newer', miss redis
compare: no old copy, miss memcached
following memcached, following redis, local, memcached, redis, shadow
