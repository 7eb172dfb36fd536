--TEST--
strata_status(): what a process counted stays when it ends, is killed, or its place is taken by another
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

for ($round = 0; $round < 5; $round++) {
    in_children(6, function (int $child) {
        for ($i = 0; $i < 20; $i++) {
            strata_get('none');
        }
        $child % 2 && die_at_once();
    });
}
var_dump(strata_status()['databases']['default']['local']['misses']);
?>
--EXPECT--
int(600)
