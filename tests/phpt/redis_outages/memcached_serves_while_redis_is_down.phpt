--TEST--
strata.stale_on_error: memcached serves while Redis is down, under the generation that was read last, and so long at most
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
    hits();
    hits();
    $before = hits();
    $asked = seconds();
    fail();
    echo "before $before, after ", hits(), " of ", KEYS, "\n";
    while (seconds() < $asked + 2.2) {
        usleep(100000);
        $cache->get("k1");
    }
    echo "later ", hits(), ", ", told($cache->fetch("k1")), " ", $cache->fetch("k1")->value, ", remember: ", $cache->remember("k2", 600, fn () => "computed anew"), "\n";
    echo "writes: ", json_encode([$cache->set("k3", "new"), $cache->delete("k4")]), ", ", $cache->fetch("k4")->status->value, "\n";
    echo "over in time: ", json_encode(is_over_within($asked + 2 + 2 + 1 - seconds())), ", ", $cache->fetch("k1")->status->value, "\n";
    echo "served beyond their time: ", json_encode(strata_status()["databases"]["default"]["memcached"]["stale"] > KEYS), "\n";
';
/* No local copies, so that memcached is asked each time. */
$ini = ['strata.local_ttl' => '0', 'strata.stale_on_error' => '2s'];
$outages = array_map(fn ($manner) => new Outage(['redis'], $manner, $ini, $serve), ['refused' => 'refused', 'silent' => 'silent']);
$outages['0 turns it off'] = new Outage(['redis'], 'refused', ['strata.local_ttl' => '300ms', 'strata.stale_on_error' => '0'], '
    hits();
    fail();
    usleep(2100000);
    echo hits(), ", ", $cache->fetch("k1")->status->value, "\n";
');
foreach ($outages as $manner => $outage) {
    echo "-- $manner\n", $outage->output();
}
?>
--EXPECT--
-- refused
before 20, after 20 of 20
later 20, stale memcached value, remember: value
writes: [false,false], error
over in time: true, error
served beyond their time: true
-- silent
before 20, after 20 of 20
later 20, stale memcached value, remember: value
writes: [false,false], error
over in time: true, error
served beyond their time: true
-- 0 turns it off
0, error
