--TEST--
remember(): when the one that computes on another host throws or exits, the next computes at once; when it is killed, at lease_ttl
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

$servers = [new OwnServer('redis'), new OwnServer('memcached')];
$ends = ['throws' => 'throw new DomainException("no value");', 'exits' => 'exit(0);', 'killed' => 'exec("kill -KILL " . getmypid()); sleep(5);'];
foreach (['strata.redis' => $servers[0]->dsn(), 'strata.memcached' => $servers[1]->dsn()] as $directive => $dsn) {
    foreach ($ends as $how => $end) {
        /* Only the end of the lease can end the wait for the killed one; the others' leases would last longer than the test. */
        $ini = [$directive => $dsn, 'strata.lease_wait' => '20s', 'strata.lease_ttl' => $how === 'killed' ? '500ms' : '60s'];
        [$a, $b, $c] = [new Host($ini), new Host($ini), new Host($ini)];
        $a->begin("strata_remember('$how', 60, function () { strata_set('$how begun', 1); usleep(100000); $end })");
        while ($b->ask("strata_get('$how begun')") === null) {
            usleep(1000);
        }
        $begun = hrtime(true);
        foreach ([$b, $c] as $host) {
            $host->begin("strata_remember('$how', 60, function () { strata_increment('$how computed'); usleep(20000); return 'by another'; })");
        }
        echo "$directive $how: ", json_encode([$b->end(), $c->end(), $b->ask("strata_get('$how computed')")]), hrtime(true) - $begun < 15e9 ? '' : ' late', "\n";
    }
}
?>
--EXPECT--
strata.redis throws: ["by another","by another",1]
strata.redis exits: ["by another","by another",1]
strata.redis killed: ["by another","by another",1]
strata.memcached throws: ["by another","by another",1]
strata.memcached exits: ["by another","by another",1]
strata.memcached killed: ["by another","by another",1]
