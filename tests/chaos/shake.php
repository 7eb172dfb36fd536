<?php
/*
 * shake.php [seconds] [--write] [--seed=N] [fault ...] — everything that happens to a fleet, one after the other, while two
 * hosts of eight php-fpm workers use it: see shake/. Run by run.sh shake, in a network of its own.
 */

declare(strict_types=1);

require __DIR__ . '/shake/scene.inc';

strata_so() !== '' || exit("STRATA_SO names no strata.so: run ./dev chaos shake\n");
[$seconds, $seed, $write, $faults, $think] = [60.0, random_int(1, 999_999), false, [], 50];
foreach (array_slice($argv, 1) as $word) {
    match (true) {
        is_numeric($word) => $seconds = (float) $word,
        $word === '--write' => $write = true,
        sscanf($word, '--seed=%d', $seed) === 1, sscanf($word, '--think=%d', $think) === 1 => null,
        in_array($word, [...SHAKE_FAULTS, ...SHAKE_CHANGES], true) => $faults[] = $word,
        default => exit("there is no fault $word: " . implode(' ', [...SHAKE_FAULTS, ...SHAKE_CHANGES]) . "\n"),
    };
}
exit(shake($seconds, $faults, $seed, $think, $write));
