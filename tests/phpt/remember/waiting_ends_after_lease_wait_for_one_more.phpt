--TEST--
strata.lease_wait: afterwards one more process computes beside the first, and all others wait on
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.lease_wait=50ms
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

function wait_for(string $flag, int $least = 1): void
{
    for ($i = 0; $i < 10000 && strata_get($flag) < $least; $i++) {
        usleep(1000);
    }
}

$first = fn () => strata_remember('key', 60, function () {
    strata_increment('first computes');
    wait_for('others are done', 4);
    return 'by the first';
});
$second = function () {
    wait_for('first computes');
    $value = strata_remember('key', 60, function () {
        strata_increment('second computes');
        usleep(400000);
        return 'by the second';
    });
    strata_increment('others are done');
    return $value;
};
$other = function () {
    wait_for('second computes');
    $value = strata_remember('key', 60, function () {
        strata_increment('computations too many');
        return 'by one too many';
    });
    strata_increment('others are done');
    return $value;
};
$works = [$first, $second, $other, $other, $other];
echo json_encode(in_children(5, fn (int $child) => $works[$child]())), "\n";
var_dump(strata_get('computations too many'), strata_get('key'));
?>
--EXPECT--
["by the first","by the second","by the second","by the second","by the second"]
NULL
string(12) "by the first"
