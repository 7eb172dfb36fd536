<?php
/*
 * fleet.php [SCENE] — run by run.sh fleet. Is one miss one computation on a fleet? Hosts are PHPs of their own with six
 * workers each. What the peers do with the same load comes beside it, as a figure.
 *
 * Prints ok or FAILED for what has a bound, and the figures of all.
 */

require __DIR__ . '/fleet.inc';
require __DIR__ . '/fleet_scenes.inc';

$wanted = $argv[1] ?? '';
[$passed, $failed] = [0, 0];
foreach (fleet_scenes() as $name => $scene) {
    if ($wanted !== '' && !str_contains($name, $wanted)) {
        continue;
    }
    [$is_well, $told] = $scene();
    printf("%s %-62s %s\n", $is_well === null ? '      ' : ($is_well ? 'ok    ' : 'FAILED'), $name, $told);
    $is_well === null || ($is_well ? $passed++ : $failed++);
}
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);
