<?php
/* Has each line of benchmarks/results/why the id of a figure, and a sentence? */

declare(strict_types=1);

require __DIR__ . '/../../benchmarks/results/figures.inc';

$wrong = [];
foreach (file(__DIR__ . '/../../benchmarks/results/why', FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $line) {
    if ($line[0] !== '#' && (preg_match('/^([a-z0-9_.]+): \S.*\.$/', $line, $found) !== 1 || !isset(figure_rows()[$found[1]]))) {
        $wrong[] = $line;
    }
}
echo implode("\n", $wrong), $wrong === [] ? '' : "\n";
exit($wrong === [] ? 0 : 1);
