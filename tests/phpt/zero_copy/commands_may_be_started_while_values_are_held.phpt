--TEST--
strata.zero_copy: proc_open(), exec(), mail() and pcntl_fork() while values are held change none of them, however often
--SKIPIF--
<?php
require __DIR__ . '/../../support/zero_copy.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_child();
skip_without_fork();
function_exists('mail') || print 'skip mail() needs a sendmail to have been there when PHP was built';
?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

in_all_ways(<<<'CODE'
$make = fn (int $n) => ['n' => $n, 'rows' => array_fill(0, 30, ["row $n", str_repeat(chr(65 + $n % 26), 40)])];
$ways = [
    'proc_open' => fn () => proc_close(proc_open(['/bin/true'], [], $pipes)),
    'exec' => function () { exec('true', $output, $code); return $code; },
    'mail' => fn () => mail('nobody@localhost', 'subject', 'text') ? 0 : 1,
    'pcntl_fork' => function () {
        $pid = pcntl_fork();
        $pid === 0 && posix_kill(getmypid(), 9);
        pcntl_waitpid($pid, $status);
        return pcntl_wifsignaled($status) ? 0 : 1;
    },
];
if (!function_exists('posix_kill')) {
    $ways['pcntl_fork'] = $ways['exec'];
}
foreach ($ways as $start) {
    $held = [];
    for ($i = 0; $i < 100; $i++) {
        strata_set("held $i", $make($i));
        $held[$i] = strata_get("held $i");
    }
    $failed = $wrong = 0;
    for ($round = 0; $round < 50; $round++) {
        $failed += $start() !== 0;
        for ($i = 0; $i < 100; $i++) {
            $i % 2 ? strata_delete("held $i") : strata_set("held $i", $make($i + $round));
            strata_set("filler $round $i", $make($i));
        }
    }
    foreach ($held as $i => $value) {
        $wrong += $value !== $make($i);
    }
    echo "$failed failed, $wrong wrong\n";
}
CODE, ['strata.memory' => '2M', 'sendmail_path' => 'cat >/dev/null']);
?>
--EXPECT--
0 failed, 0 wrong
0 failed, 0 wrong
0 failed, 0 wrong
0 failed, 0 wrong
