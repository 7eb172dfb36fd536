--TEST--
strata.lease_overflow=throw: of those that waited in vain two compute, and the others get a BusyException
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.lease_wait=100ms
strata.lease_overflow=throw
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

function until(callable $is): void
{
    for ($i = 0; $i < 10000 && !$is(); $i++) {
        usleep(1000);
    }
}

$answers = in_children(6, function (int $child) {
    until(fn () => $child === 0 || strata_get('computing') >= 1);
    try {
        return strata_remember('key', 60, function () {
            strata_increment('computing');
            until(fn () => strata_get('busy') === 3);
            return 'computed';
        });
    } catch (Strata\BusyException $busy) {
        strata_increment('busy');
        return $busy->getMessage();
    }
});
foreach (array_count_values($answers) as $answer => $times) {
    echo "$times: $answer\n";
}
$status = strata_status();
var_dump($status['host']['leases'], $status['databases']['default']['local']['computations']);
?>
--EXPECT--
3: computed
3: database default: key "key": other processes compute the value, and the wait for it is over
int(0)
int(3)
