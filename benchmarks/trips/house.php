<?php
/* Prints how the house is divided: files and lines of each folder, and what includes itself: house.php CHECKOUT. */

declare(strict_types=1);

require __DIR__ . '/../../tests/lint/house.inc';

$house = new House($argv[1]);
$files = array_count_values(array_map(dirname(...), $house->files));
ksort($files);
$lines = $code = array_fill_keys(array_keys($files), 0);
foreach ($house->files as $file) {
    $text = $house->text($file);
    $lines[dirname($file)] += substr_count($text, "\n");
    $code[dirname($file)] += lines_of_code($text);
}

$row = "%-16s %6s %7s %7s %8s\n";
printf($row, 'folder of ext/', 'files', 'lines', 'code', 'share');
foreach ($files as $folder => $count) {
    printf($row, $folder, $count, $lines[$folder], $code[$folder], sprintf('%.1f %%', 100 * $code[$folder] / array_sum($code)));
}
printf($row, 'all', array_sum($files), array_sum($lines), array_sum($code), '');
printf("largest folder: %s, %.1f %% of the code\n", array_search(max($code), $code, true), 100 * max($code) / array_sum($code));

foreach (['between folders' => $house->loops_of_folders(), 'inside folders' => $house->loops_of_modules()] as $where => $loops) {
    echo "include loops $where: ", count($loops), "\n";
    foreach ($loops as $loop) {
        echo '    ', count($loop), ': ', implode(' ', $loop), "\n";
    }
}
