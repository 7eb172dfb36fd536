--TEST--
SIGKILL: whatever a worker was doing, the others read whole values of the right key and never hang
--EXTENSIONS--
posix
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.memory=8M
strata.zero_copy=on
--FILE--
<?php
require __DIR__ . '/../../chaos/kills.inc';

const FEW = 300;

$kills = new Kills(new Strata\Cache());
$kills->run(FEW, 4.0);
echo "$kills->wrong wrong values, $kills->crashes crashes, $kills->hangs hangs\n";
array_map(fn ($said) => print("$said\n"), $kills->said);
var_dump($kills->kills > 0, $kills->operations > $kills->kills, $kills->checked > $kills->kills, $kills->probes > 0);
var_dump(strata_status()['local']['evicted'] > 0);
?>
--EXPECT--
0 wrong values, 0 crashes, 0 hangs
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
