--TEST--
shadow: what changed while it was off is never read of it, by any host
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
require __DIR__ . '/../../support/shadow.inc';
require __DIR__ . '/../../support/hosts.inc';

[$a, $b] = [new OwnServer('redis'), new OwnServer('redis')];
$stage = fn (string $mode) => "[default]\nredis = {$a->dsn()}\nshadow_redis = {$b->dsn()}\nshadow_mode = $mode";
$file = topology_file($stage('write'));
$terms = ['strata.topology' => $file] + PATIENT;
$hosts = ['A' => new Host($terms), 'B' => new Host($terms)];
$version = 1;
$all = fn (string $expression) => array_map(fn (Host $host) => $host->ask($expression), $hosts);
$move = function (string $text) use ($file, $hosts, $all, &$version) {
    write_topology($file, $text);
    $version++;
    foreach ($hosts as $host) {
        await(fn () => $host->ask('strata_status()["topology"]["followed"]') >= $version, "version $version");
    }
    /* Turns, until none has anything left to do. */
    await(fn () => array_sum($all('strata_status()["databases"]["default"]["shadow"]["waiting"] ?? 0')) === 0, 'names');
    for ($i = 0; $i < 6; $i++) {
        $all('[usleep(110000), strata_get("nothing")]');
    }
};
$leads = '(strata_status()["databases"]["default"]["shadow"]["leads"] ?? null)';
$held = "[$leads, strata_get('k'), strata_get('gone'), strata_get('new')]";
$show = fn (string $when) => print("$when: " . json_encode($all($held)) . "\n");

$hosts['A']->ask('[strata_set("k", "first"), strata_set("gone", "first"), strata_get("k")]');
$move($stage('off'));
$hosts['B']->ask('[strata_set("k", "second"), strata_delete("gone")]');
$move($stage('write'));
$hosts['B']->ask('strata_set("new", "third")');
$show('write');
$move($stage('lead'));
/* A host whose names wait looks again once a second. */
await(fn () => $all($leads) === ['A' => true, 'B' => true], 'the lead');
$show('lead');
?>
--EXPECT--
write: {"A":[false,"second",null,"third"],"B":[false,"second",null,"third"]}
lead: {"A":[true,null,null,"third"],"B":[true,null,null,"third"]}
