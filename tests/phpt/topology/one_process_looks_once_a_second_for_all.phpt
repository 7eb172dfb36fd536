--TEST--
topology: of four processes one looks once a second
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/topology.inc';

$file = topology_file('');
echo php(['strata.topology' => $file], 'require "' . __DIR__ . '/../../support/fork.inc";
    $begin = hrtime(true);
    $calls = in_children(4, function () use ($begin) {
        for ($calls = 0; hrtime(true) - $begin < 2.5e9; $calls++) {
            strata_has("key");
        }
        return $calls;
    });
    $looks = strata_status()["topology"]["looks"];
    $seconds = (hrtime(true) - $begin) / 1e9;
    /* The one when PHP started, and those since. */
    var_dump(array_sum($calls) > 1000, $looks >= 2, $looks <= 2 + floor($seconds));
');
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
