--TEST--
Strata\Cache: remember() in eight processes at once computes a missing value once for all of them
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.lease_wait=60s
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$answers = in_children(8, function (int $child) {
    $values = [];
    for ($i = 0; $i < 10; $i++) {
        $values[] = strata_remember("key $i", 60, function () use ($child, $i) {
            strata_increment("computations of $i");
            usleep(30000);
            return [$i, "by child $child"];
        });
    }
    return $values;
});
var_dump(count(array_unique(array_map('serialize', $answers))));
foreach (range(0, 9) as $i) {
    echo strata_get("computations of $i"), ' ', $answers[0][$i] === strata_get("key $i") ? 'ok' : 'wrong', "\n";
}
$counts = strata_status();
var_dump($counts['databases']['default']['local']['computations'], $counts['host']['leases']);
?>
--EXPECT--
int(1)
1 ok
1 ok
1 ok
1 ok
1 ok
1 ok
1 ok
1 ok
1 ok
1 ok
int(10)
int(0)
