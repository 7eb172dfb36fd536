--TEST--
topology: a database keeps its local_reserve wherever it moves, and a file that is refused takes none away
--SKIPIF--
<?php
require __DIR__ . '/../../support/php.inc';
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/topology.inc';

$file = topology_file('');
echo php([
    'strata.databases' => 'feed',
    'strata.local_reserve' => '0%',
    'strata.feed.local_reserve' => '60%',
    'strata.topology' => $file,
], 'require "' . __DIR__ . '/../../support/topology.inc";
    $file = ' . var_export($file, true) . ';
    $version = strata_status()["topology"]["followed"];
    $try = function (string $text) use ($file) {
        write_topology($file, $text);
        await_looks(1);
        (new Strata\Cache("feed"))->get("key");
        $problem = strata_status()["topology"]["problem"] ?? "";
        echo $problem === "" ? "taken" : preg_replace("/.*, database/", "database", $problem), "\n";
    };
    foreach ([1, 2, 3] as $port) {
        $try("[feed]\nmemcached = \"memcached://127.0.0.1:$port\"");
    }
    $try("[feed]\nmemcached = \"memcached://127.0.0.1:4\"\n[default]\nlocal_reserve = 50%");
    $try("[feed]\nmemcached = \"memcached://127.0.0.1:4\"\n[default]\nlocal_reserve = 40%");
');
?>
--EXPECTF--
taken
taken
taken
PHP Warning:  strata.topology: %s, database default, strata.local_reserve: 50%, and other namespaces have reserved so much of strata.memory that 40% is left; what was in force stays
database default, strata.local_reserve: 50%, and other namespaces have reserved so much of strata.memory that 40% is left
taken
