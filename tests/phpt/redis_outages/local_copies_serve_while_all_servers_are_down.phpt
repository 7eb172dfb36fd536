--TEST--
strata.stale_on_error: with all servers down, copies of this host serve so long beyond local_ttl, then there are honest errors
--SKIPIF--
<?php
require __DIR__ . '/outage.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/outage.inc';

$serve = '
    $cache->set("short", "value", 1);
    $cache->remember("computed", 600, fn () => "value");
    hits();
    $copied = seconds();
    fail();
    usleep(320000);
    echo hits(), " of ", KEYS, ", has ", json_encode($cache->has("k1")), ", ", told($cache->fetch("k1")), " ", $cache->fetch("k1")->value, "\n";
    echo "remember: ", $cache->remember("k2", 600, fn () => "computed anew"), ", ", $cache->remember("computed", 600, fn () => "computed anew"), "\n";
    echo "writes: ", json_encode([$cache->set("k3", "new"), $cache->delete("k4"), $cache->add("k5", "new"), $cache->touch("k6", 60)]), "\n";
    echo "deleted: ", $cache->fetch("k4")->status->value, "\n";
    echo "not asked for before: ", $cache->fetch("nothing")->status->value, "\n";
    echo "nothing nearer: ", $cache->fetch("k1", from: Strata\Tier::Redis)->status->value, "\n";
    while ($cache->get("short") !== null) {
        usleep(20000);
    }
    echo "past its own life: ", $cache->fetch("short")->status->value, ", ", json_encode(seconds() - $copied < 2), "\n";
    echo "over in time: ", json_encode(is_over_within($copied + 0.3 + 2 + 1 - seconds())), "\n";
    echo $cache->fetch("k1")->status->value, ", remember: ", $cache->remember("k2", 600, fn () => "computed anew"), "\n";
    echo "served beyond their time: ", json_encode(strata_status()["databases"]["default"]["local"]["stale"] > KEYS), "\n";
';
$ini = ['strata.local_ttl' => '300ms', 'strata.stale_on_error' => '2s'];
$outages = array_map(fn ($manner) => new Outage(['redis', 'memcached'], $manner, $ini, $serve), ['refused' => 'refused', 'silent' => 'silent']);
foreach ($outages as $manner => $outage) {
    echo "-- $manner\n", $outage->output();
}
?>
--EXPECT--
-- refused
20 of 20, has true, stale local value
remember: value, value
writes: [false,false,false,false]
deleted: error
not asked for before: error
nothing nearer: error
past its own life: error, true
over in time: true
error, remember: computed anew
served beyond their time: true
-- silent
20 of 20, has true, stale local value
remember: value, value
writes: [false,false,false,false]
deleted: error
not asked for before: error
nothing nearer: error
past its own life: error, true
over in time: true
error, remember: computed anew
served beyond their time: true
