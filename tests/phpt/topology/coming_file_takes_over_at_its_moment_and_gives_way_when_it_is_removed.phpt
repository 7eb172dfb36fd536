--TEST--
topology: a coming file takes over at its moment, without a look at a file, and gives way when it is removed
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
$file = topology_file("[feed]\nmemcached = {$a->dsn()}");
echo php([
    'strata.databases' => 'feed',
    'strata.topology' => $file,
    'strata.local_ttl' => '0',
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    require "' . __DIR__ . '/../../support/show.inc";
    [$file, $b] = ' . var_export([$file, $b->dsn()], true) . ';

    $coming = fn () => strata_status()["topology"]["coming"];
    $cache = new Strata\Cache("feed");
    $cache->set("key", "in a");
    $moment = time() + 3;
    write_topology("$file.next", "from = " . gmdate("Y-m-d\TH:i:s\Z", $moment) . "\n[feed]\nmemcached = $b");
    await(fn () => $coming()["from"] !== 0.0, "the moment to be known");
    echo "known: ", $coming()["from"] === (float) $moment ? "yes" : "no", ", in force: ", var_export($coming()["in_force"], true), "\n";
    echo told($cache->fetch("key")), "\n";
    $early = 0;
    while (microtime(true) < $moment - 0.05) {
        $early += $cache->get("key") !== "in a";
    }
    echo "early: $early\n";
    await(fn () => microtime(true) >= $moment + 0.05, "the moment");
    echo told($cache->fetch("key")), ", in force: ", var_export($coming()["in_force"], true), "\n";
    $cache->set("key", "in b");

    /* Nothing is undone by a file that is touched. */
    write_topology($file, file_get_contents($file));
    await_looks(2);
    echo told($cache->fetch("key")), "\n";

    /* The folded file changes nothing, and the removed one gives way to it. */
    write_topology($file, "[feed]\nmemcached = $b");
    await_looks(2);
    unlink("$file.next");
    await(fn () => $coming()["from"] === 0.0, "the moment to be forgotten");
    await_looks(1);
    echo told($cache->fetch("key")), ", ", $coming()["problem"] === "" ? "no problem" : $coming()["problem"], "\n";
');
?>
--EXPECT--
known: yes, in force: false
hit memcached: 'in a'
early: 0
miss memcached, in force: true
hit memcached: 'in b'
hit memcached: 'in b', no problem
