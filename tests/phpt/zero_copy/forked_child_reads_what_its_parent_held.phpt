--TEST--
strata.zero_copy: children and their children read what their parents held, after those let go of it or died
--SKIPIF--
<?php
require __DIR__ . '/../../support/zero_copy.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_child();
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

in_all_ways('require "' . __DIR__ . '/../../support/fork.inc";' . <<<'CODE'
$make = fn (int $n) => ['n' => $n, 'rows' => array_fill(0, 30, ["row $n", str_repeat(chr(65 + $n % 26), 40)])];
$wrong = function (array $held) use ($make): int {
    $wrong = 0;
    foreach ($held as $i => $value) {
        $wrong += $value !== $make($i);
    }
    return $wrong;
};
[$parent, $child] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);

/* This one reads, forks and is killed; the child of its child looks when the heap was filled over and over. */
$pid = pcntl_fork();
if ($pid === 0) {
    for ($i = 0; $i < 100; $i++) {
        strata_set("held $i", $make($i));
        $held[] = strata_get("held $i");
    }
    if (pcntl_fork() > 0 || pcntl_fork() > 0) {
        die_at_once();
    }
    fread($child, 1);
    fwrite($child, $wrong($held) . " wrong\n");
    die_at_once();
}
pcntl_waitpid($pid, $status);
for ($i = 0; $i < 100; $i++) {
    $i % 2 ? strata_delete("held $i") : strata_set("held $i", 'something else');
}
for ($i = 0; $i < 5000; $i++) {
    strata_set('filler ' . $i % 1500, $make($i + 7));
}
fwrite($parent, '.');
echo fgets($parent);

/* What its pins held is free again. */
for ($tries = 0; strata_status()['local']['pinned'] > 0 && $tries < 200; $tries++) {
    usleep(50_000);
    strata_set('filler', 'again');
}
var_dump(strata_status()['local']['pinned']);
CODE, ['strata.memory' => '1M']);
?>
--EXPECT--
0 wrong
int(0)
