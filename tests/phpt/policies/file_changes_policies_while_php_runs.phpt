--TEST--
policies: the topology file gives, changes and takes back policies while PHP runs, and no old value comes to light
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
$file = topology_file('');
$said = php([
    'strata.databases' => 'catalog',
    'strata.memcached' => $memcached->dsn(),
    'strata.redis' => $redis->dsn(),
    'strata.topology' => $file,
    'strata.local_ttl' => '1h',
    'strata.ttl_jitter' => '0',
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
    'strata.catalog.policies' => '"product:* ttl=10s; page:* ttl=20s"',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    require "' . __DIR__ . '/../../support/show.inc";
    $file = ' . var_export($file, true) . ';
    $cache = new Strata\Cache("catalog");
    $version = 1;
    $write = function (string $text) use ($file, &$version) {
        write_topology($file, $text);
        await_version(++$version);
    };
    $problem = function (string $text) use ($file) {
        $before = strata_status()["topology"]["problem"];
        write_topology($file, $text);
        await(fn () => strata_status()["topology"]["problem"] !== $before, "a verdict");
    };
    $ttl = function (string $key) use ($cache) {
        $cache->set($key, 1);
        $ttl = $cache->fetch($key)->ttl;
        return $ttl === null ? "none" : round($ttl);
    };

    echo "php.ini: ", $ttl("product:1"), " ", $ttl("page:1"), " ", $ttl("other"), "\n";
    $write("[catalog/product:*]\nttl = 10m, stale = 1m, local_ttl = 5s, tiers = local, redis\n[default/*]\nttl = 30m");
    echo "file: ", $ttl("product:1"), " ", $ttl("page:1"), " ", $ttl("other"), "\n";
    echo json_encode(array_map(fn ($policy) => array_slice($policy, 0, 4), strata_status()["policies"]["catalog"])), "\n";
    $problem("[catalog/product:*]\nttl = 10m\n[catalog/page:*]\nstale = 1");
    $problem("[catalog]\nredis =\n[catalog/product:*]\ntiers = local, redis");
    echo "refused: ", $ttl("product:1"), " ", $ttl("other"), "\n";

    /* Values of before lie in tiers that a policy leaves out then. */
    $routes = ["r" => "redis", "mr" => "memcached, redis", "lr" => "local, redis"];
    $near = ["m" => "memcached", "l" => "local", "lm" => "local, memcached"];
    foreach (array_keys($routes + $near) as $route) {
        foreach (["set", "deleted"] as $what) {
            $cache->set("$what:$route:", "old", 1000);
            $cache->fetch("$what:$route:", from: Strata\Tier::Memcached);
        }
    }
    $text = "";
    foreach ($routes + $near as $route => $tiers) {
        $text .= "[catalog/set:$route:*]\ntiers = $tiers\n[catalog/deleted:$route:*]\ntiers = $tiers\n";
    }
    $write($text);
    foreach ($routes as $route => $tiers) {
        $during[$route] = told($cache->fetch("set:$route:"));
        $cache->set("set:$route:", "new", 1000);
        $during[$route] .= ", " . told($cache->fetch("set:$route:")) . ", " . $cache->get("set:$route:");
    }
    foreach (array_keys($routes + $near) as $route) {
        $deleted[$route] = $cache->delete("deleted:$route:") ? "deleted" : "not deleted";
    }
    $write("");
    echo "php.ini: ", $ttl("product:1"), " ", $ttl("other"), "\n";
    foreach ($routes as $route => $tiers) {
        echo "$tiers: $during[$route], then ", told($cache->fetch("set:$route:")), "\n";
    }
    foreach ($routes + $near as $route => $tiers) {
        echo "$tiers: $deleted[$route], then ", told($cache->fetch("deleted:$route:")), "\n";
    }
');
echo str_replace($file, 'FILE', preg_replace('/ in Command line code on line \d+$/m', '', $said));
?>
--EXPECT--
php.ini: 10 20 none
file: 600 20 1800
{"product:*":{"ttl":600,"stale":60,"local_ttl":5,"tiers":"local,redis"},"page:*":{"ttl":20,"stale":null,"local_ttl":null,"tiers":null},"*":{"ttl":1800,"stale":null,"local_ttl":null,"tiers":null}}
PHP Warning:  strata.topology: FILE, line 4: [catalog/page:*]: stale: "1" has no unit; accepted: 0 to 87600h, such as 90s; what was in force stays
PHP Warning:  strata.topology: FILE, database catalog, strata.policies: product:*: tiers = local,redis names a tier that the database does not have; accepted: of local,memcached; what was in force stays
refused: 600 1800
php.ini: 10 none
redis: hit redis: 'old', hit redis: 'new', new, then hit redis: 'new'
memcached, redis: hit memcached: 'old', hit redis: 'new', new, then hit memcached: 'new'
local, redis: hit local: 'old', hit local: 'new', new, then hit local: 'new'
redis: deleted, then miss redis
memcached, redis: deleted, then miss redis
local, redis: deleted, then miss redis
memcached: deleted, then miss redis
local: deleted, then miss redis
local, memcached: deleted, then miss redis
