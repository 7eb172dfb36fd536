--TEST--
topology: while a call is under way its thread stays where it is, and goes over with the next one
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

[$a, $b] = [new OwnServer('memcached'), new OwnServer('memcached')];
$file = topology_file('');
echo php([
    'strata.memcached' => $a->dsn(),
    'strata.topology' => $file,
    'strata.local_ttl' => '0',
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
    'strata.serializer' => 'php',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    require "' . __DIR__ . '/../../support/show.inc";
    [$file, $b] = ' . var_export([$file, $b->name()], true) . ';

    class Slow
    {
        public static ?Closure $meanwhile = null;
        public function __construct(public array $list) { }
        public function __wakeup(): void
        {
            (self::$meanwhile)();
        }
    }
    $cache = new Strata\Cache();
    $cache->set("before", "on a");
    $cache->set("slow", [new Slow([1]), new Slow([2])]);
    $turn = 0;
    Slow::$meanwhile = function () use ($cache, $file, $b, &$turn) {
        if (++$turn === 1) {
            write_topology($file, "[default]\nmemcached = \"memcached://$b\"");
            await(fn () => strata_status()["topology"]["version"] === 2, "the second version");
        }
        echo "within, following ", strata_status()["topology"]["followed"], ": ", told($cache->fetch("before")), "\n";
    };
    $slow = $cache->get("slow");
    echo count($slow), " ", $slow[1]->list[0], "\n";
    echo "after: ", told($cache->fetch("before")), ", following ", strata_status()["topology"]["followed"], "\n";

    /* A function that remember() runs is not in the middle of a call. What it returns was computed under the number
       of other servers, and is stored nowhere. */
    write_topology($file, "");
    echo strata_remember("computed", 60, function () use ($cache) {
        await_version(3);
        echo "in remember(): ", told($cache->fetch("before")), "\n";
        return "computed";
    }), "\n", told($cache->fetch("computed")), "\n";
');
?>
--EXPECT--
within, following 1: hit memcached: 'on a'
within, following 1: hit memcached: 'on a'
2 2
after: miss memcached, following 2
in remember(): hit memcached: 'on a'
computed
miss memcached
