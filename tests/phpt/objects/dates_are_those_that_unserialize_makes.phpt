--TEST--
objects: dates of all kinds of zones are what unserialize() makes of them, in the hour that comes twice too, and each get has its own
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways_and_serializers('
    $told = fn ($date) => get_class($date) . $date->format(" Y-m-d\TH:i:s.u T e I U Z ") . serialize($date);
    $zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "+03:30", "-00:01", "EST", "CEST", "Asia/Kathmandu"];
    /* Both hours when summer ends in Berlin, the day that Apia never had, far away in both directions. */
    $moments = [0, 1635638400, 1635641999, 1635642000, 1635645600, 1616893200, 1325239199, 1325239200, -62135596801, 253402300800, 4102444800];
    $dates = [];
    foreach ($zones as $zone) {
        foreach ($moments as $moment) {
            $date = (new DateTimeImmutable("@$moment"))->setTimezone(new DateTimeZone($zone));
            $dates[] = $date->modify("+123456 usec");
            $dates[] = DateTime::createFromImmutable($date);
        }
    }
    $dates[] = $dates[0];
    strata_set("dates", $dates);
    $expected = unserialize(serialize($dates));
    foreach (["first", "second"] as $time) {
        $got = strata_get("dates");
        foreach ($expected as $i => $date) {
            if ($told($date) !== $told($got[$i]) || $told($date->modify("+1 month")) !== $told($got[$i]->modify("+1 month"))) {
                echo "the $time time, $i: ", $told($date), " became ", $told($got[$i]), "\n";
            }
        }
        $expected = unserialize(serialize($dates));
    }
    echo count($got), " dates, the last one ", $got[0] === $got[198] ? "is" : "is not", " the first\n";
    $own = new DateTime("2026-01-02 03:04:05 Europe/Berlin");
    @$own->mine = "own";
    strata_set("own", $own);
    echo strata_get("own") == $own && (PHP_VERSION_ID < 80200 || strata_get("own")->mine === "own") ? "own properties too" : "own properties are lost", "\n";
');
?>
--EXPECT--
199 dates, the last one is the first
own properties too
