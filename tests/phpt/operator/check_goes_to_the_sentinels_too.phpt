--TEST--
strata_check(): sentinels and the master that they name are looked at; a quorum that is lost and a name that they do not know are told
--SKIPIF--
<?php require __DIR__ . '/../../support/sentinels.inc'; skip_without_sentinels(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/check.inc';

$watched = new Watched();
$names = [$watched->master->name() => 'MASTER'];
foreach ($watched->sentinels as $number => $sentinel) {
    $names["127.0.0.1:$sentinel->port"] = "SENTINEL$number";
}
redis($watched->master->name(), 'CONFIG', 'SET', 'maxmemory', '100mb');
redis($watched->master->name(), 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
$ini = ['strata.redis' => sentinel_dsn($watched->sentinels)];

$checked = checked($ini);
print_findings($checked, $names);
foreach ($checked['databases']['default'] as $name => $node) {
    echo strtr($name, $names), ": $node[protocol] $node[role] ", $node['sentinels'] ?? '', ' ', substr($node['quorum'] ?? '', 0, 20), "\n";
}
echo "-- another name\n";
print_findings(checked(['strata.redis' => sentinel_dsn($watched->sentinels, 'nobody')]), $names);
echo "-- two are gone\n";
$watched->sentinels[1]->signal(KILLED);
$watched->sentinels[2]->signal(KILLED);
wait_until(fn () => str_contains((string) json_encode(ask($watched->sentinels[0]->port, 'SENTINEL', 'CKQUORUM', 'mymaster')), 'NOQUORUM'), 'no quorum');
print_findings(checked($ini), $names);
?>
--EXPECT--
nothing
SENTINEL0: sentinel sentinel 3 OK 3 usable Sentinel
SENTINEL1: sentinel sentinel 3 OK 3 usable Sentinel
SENTINEL2: sentinel sentinel 3 OK 3 usable Sentinel
MASTER: redis master  
-- another name
error default SENTINEL0: it watches no master "nobody": name the one that SENTINEL MASTERS lists, behind the / of the DSN
error default SENTINEL1: it watches no master "nobody": name the one that SENTINEL MASTERS lists, behind the / of the DSN
error default SENTINEL2: it watches no master "nobody": name the one that SENTINEL MASTERS lists, behind the / of the DSN
error default: the sentinels give no master: the sentinels know no master "nobody"
-- two are gone
error default SENTINEL0: a master that dies now is not replaced (NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master. Not enough available Sentinels to reach the majority): start the sentinels that are missing
error default SENTINEL1: sentinel SENTINEL1: connecting: Connection refused: start the server, or mend the port or the firewall
error default SENTINEL2: sentinel SENTINEL2: connecting: Connection refused: start the server, or mend the port or the firewall
error default: the sentinels give no master: 1 of 3 sentinels answered, and where the master "mymaster" is must be said alike by 2
