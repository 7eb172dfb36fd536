--TEST--
strata.lease_wait=0: a second process computes at once
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.lease_wait=0
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

echo json_encode(in_children(2, function (int $child) {
    return strata_remember('key', 60, function () use ($child) {
        strata_increment('computing');
        for ($i = 0; $i < 10000 && strata_get('computing') < 2; $i++) {
            usleep(1000);
        }
        return 'both at once: ' . json_encode(strata_get('computing') === 2);
    });
})), "\n";
?>
--EXPECT--
["both at once: true","both at once: true"]
