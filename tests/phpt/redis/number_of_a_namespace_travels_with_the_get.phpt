--TEST--
Redis and memcached: the numbers of namespaces, and of the tags of remember(), are read in the same write as the value
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
require __DIR__ . '/../../support/hosts.inc';

foreach (['redis', 'memcached'] as $kind) {
    foreach (['0', '60s'] as $ttl) {
        $server = new OwnServer($kind);
        $host = new Host(["strata.$kind" => $server->dsn(), 'strata.tag_ttl' => $ttl]);
        $exchanges = fn () => $host->ask('current(strata_status()["nodes"])["outcomes"]["ok"]');
        $asked = fn () => $host->ask("strata_status()['databases']['default']['$kind']['tags_asked']");
        $host->ask('$cache->namespace("a")->namespace("b")->set("k", "value")');
        $host->ask('$cache->namespace("a")->namespace("b")->get("k")');
        [$before, $asked_before] = [$exchanges(), $asked()];
        for ($i = 0; $i < 10; $i++) {
            $host->ask('$cache->namespace("a")->namespace("b")->get("k")') === 'value' || print("no value\n");
        }
        echo "$kind, tag_ttl = $ttl: 10 gets in ", $exchanges() - $before, ' exchanges, ', $asked() - $asked_before, " numbers\n";
        $remember = '$cache->remember("r", 60, fn () => "computed", tags: ["x", "y", "z"])';
        $host->ask($remember);
        [$before, $asked_before] = [$exchanges(), $asked()];
        for ($i = 0; $i < 10; $i++) {
            $host->ask($remember) === 'computed' || print("no value\n");
        }
        echo "$kind, tag_ttl = $ttl: 10 times remember() in ", $exchanges() - $before, ' exchanges, ', $asked() - $asked_before, " numbers\n";
        array_map('print_r', $host->warnings());
    }
}
?>
--EXPECT--
redis, tag_ttl = 0: 10 gets in 10 exchanges, 20 numbers
redis, tag_ttl = 0: 10 times remember() in 10 exchanges, 30 numbers
redis, tag_ttl = 60s: 10 gets in 10 exchanges, 0 numbers
redis, tag_ttl = 60s: 10 times remember() in 10 exchanges, 0 numbers
memcached, tag_ttl = 0: 10 gets in 10 exchanges, 20 numbers
memcached, tag_ttl = 0: 10 times remember() in 10 exchanges, 30 numbers
memcached, tag_ttl = 60s: 10 gets in 10 exchanges, 0 numbers
memcached, tag_ttl = 60s: 10 times remember() in 10 exchanges, 0 numbers
