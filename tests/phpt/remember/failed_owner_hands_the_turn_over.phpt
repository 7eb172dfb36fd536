--TEST--
Strata\Cache: remember() whose callback throws or exits wakes the next process, which computes
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.lease_wait=60s
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

foreach (['throws', 'exits'] as $how) {
    $answers = in_children(4, function (int $child) use ($how) {
        while ($child > 0 && !strata_has("$how begun")) {
            usleep(1000);
        }
        return strata_remember("$how key", 60, function () use ($child, $how) {
            strata_increment("$how computations");
            if ($child === 0) {
                strata_set("$how begun", true);
                usleep(100000);
                $how === 'throws' ? throw new DomainException('no value') : exit(0);
            }
            usleep(50000);
            return 'by another';
        });
    });
    echo "$how: ", json_encode($answers), ' ', strata_get("$how computations"), "\n";
}
var_dump(strata_status()['host']['leases']);
?>
--EXPECT--
throws: ["DomainException: no value","by another","by another","by another"] 2
exits: [null,"by another","by another","by another"] 2
int(0)
