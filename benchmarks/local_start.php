<?php

/*
 * local_start.php STRATA_SO — what does a start of PHP on the command line cost with strata in it?
 * Starts with and without alternate.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

const STARTS = 41;

/** Nanoseconds from start to end. */
function start(array $arguments, string $code): float
{
    $begun = hrtime(true);
    $process = proc_open([PHP_BINARY, '-n', ...$arguments, '-r', $code], [], $pipes);
    proc_close($process);
    return (float) (hrtime(true) - $begun);
}

$strata = ['-d', "extension=$argv[1]"];
$times = [];
for ($i = 0; $i < STARTS; $i++) {
    $times['without'][] = start([], '');
    $times['with'][] = start($strata, '');
    $times['used'][] = start($strata, 'strata_set("key", [1, 2, 3]); strata_get("key");');
}

heading('a start of PHP on the command line', 'no strata');
$without = median($times['without']);
foreach (['with' => 'milliseconds more', 'used' => 'the same, and one value is stored and read'] as $case => $title) {
    $with = median($times[$case]);
    line($title, readable($with), readable($without), ($with - $without) / 1e6, $case === 'with' ? '<= 2' : '');
}
