--TEST--
Strata\Cache: remember() of a process that is killed in its callback leaves the turn to another, and nobody hangs
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.lease_wait=60s
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$answers = in_children(4, function (int $child) {
    while ($child > 0 && !strata_has('begun')) {
        usleep(1000);
    }
    return strata_remember('key', 60, function () use ($child) {
        strata_increment('computations');
        if ($child === 0) {
            strata_set('begun', true);
            usleep(100000);
            die_at_once();
        }
        usleep(50000);
        return 'by another';
    });
});
var_dump($answers, strata_get('computations'), strata_get('key'));
?>
--EXPECT--
array(4) {
  [0]=>
  NULL
  [1]=>
  string(10) "by another"
  [2]=>
  string(10) "by another"
  [3]=>
  string(10) "by another"
}
int(2)
string(10) "by another"
