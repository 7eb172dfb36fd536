--TEST--
strata.lease_wait: nobody waits longer, whatever others do; what is stored first is what is kept
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.lease_wait=100ms
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

function wait_for(string $flag, int $least = 1): void
{
    for ($i = 0; $i < 10000 && strata_get($flag) < $least; $i++) {
        usleep(1000);
    }
}

/* Two are stuck; four come while they are, and none of them waits for either. */
$stuck = fn (string $name) => fn () => strata_remember('key', 60, function () use ($name) {
    strata_increment('stuck');
    wait_for('others are done', 4);
    return "by the $name";
});
$second = function () use ($stuck) {
    wait_for('stuck');
    return $stuck('second')();
};
$other = function () {
    wait_for('stuck', 2);
    $begun = microtime(true);
    strata_remember('key', 60, function () {
        strata_increment('computations');
        wait_for('computations', 4);
        return 'by another';
    });
    $waited = microtime(true) - $begun;
    strata_increment('others are done');
    return $waited >= 0.09 && $waited < 5;
};
$works = [$stuck('first'), $second, $other, $other, $other, $other];
echo json_encode(in_children(6, fn (int $child) => $works[$child]())), "\n";
var_dump(strata_get('key'), strata_get('computations'));
$counts = strata_status()['databases']['default']['local'];
echo json_encode(array_intersect_key($counts, ['computations' => 0, 'lease_waits' => 0, 'overflows' => 0, 'voided' => 0])), "\n";
?>
--EXPECT--
["by the first","by the second",true,true,true,true]
string(10) "by another"
int(4)
{"computations":6,"lease_waits":5,"overflows":5,"voided":5}
