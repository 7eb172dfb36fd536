--TEST--
shadow: after a change that was dropped no host lets it lead before it was begun anew, and what an earlier try left is never read
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

[$first, $shadow] = [new OwnServer('redis'), new OwnServer('redis')];
$terms = ['strata.local_ttl' => '0', 'strata.operation_timeout' => '2s', 'strata.request_budget' => '0', 'strata.operator' => 'on'];
$shadowed = ['strata.redis' => $first->dsn(), 'strata.shadow_redis' => $shadow->dsn()] + $terms;
$show = fn (Host $host) => print(json_encode($host->ask('[strata_status()["databases"]["default"]["shadow"]["leads"],
    preg_replace("/at [0-9: -]+UTC/", "at MOMENT", (string) strata_status()["databases"]["default"]["shadow"]["refused"]),
    strata_get("k"), strata_get("left")]')) . "\n");
$turn = fn (Host $host) => $host->ask('[usleep(150000), strata_get("nothing"), usleep(150000), strata_get("nothing")]');

$earlier = new Host(['strata.redis' => $shadow->dsn()] + $terms);
$earlier->ask('[strata_set("left", "of an earlier try"), strata_set("k", "of an earlier try")]');
$writer = new Host(['strata.shadow_mode' => 'write'] + $shadowed);
$writer->ask('strata_set("k", "value")');
$turn($writer);

echo "nothing dropped: ";
$leader = new Host(['strata.shadow_mode' => 'lead'] + $shadowed);
$show($leader);

$writer->ask('strata_delete(str_repeat("k", 2000))');
$turn($writer);
echo "dropped: ";
$late = new Host(['strata.shadow_mode' => 'lead'] + $shadowed);
$show($late);

echo 'renewed: ', json_encode($writer->ask('strata_shadow_renew()')), "\n";
usleep(1200000);
$show($late);
?>
--EXPECTF--
nothing dropped: [true,"","value",null]
dropped: PHP Warning:  strata.shadow_mode: the shadow does not lead: changes were dropped at %s UTC, so it may hold older values; accepted: lead after strata_shadow_renew("default"), or strata diff default --renew, which empties it
[false,"the shadow does not lead: changes were dropped at MOMENT, so it may hold older values; accepted: lead after strata_shadow_renew(\"default\"), or strata diff default --renew, which empties it","value",null]
renewed: true
[true,"",null,null]
