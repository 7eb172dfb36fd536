<?php
/* See columns.sh. */

declare(strict_types=1);

require __DIR__ . '/house.inc';

const COLUMNS = 100, TAB = 4;

/** Columns of a line whose tabs reach to the next multiple of TAB. */
function width(string $line): int
{
    $width = 0;
    foreach (preg_split('//u', $line, -1, PREG_SPLIT_NO_EMPTY) as $character) {
        $width += $character === "\t" ? TAB - $width % TAB : 1;
    }
    return $width;
}

exec("git ls-files 'ext/*.c' 'ext/*.h' 'tests/*.c' 'tests/*.h' 'benchmarks/*.c' php_strata.h", $files);
$bad = false;
foreach (array_filter($files, fn ($file) => is_file($file) && !str_ends_with($file, '_arginfo.h')) as $file) {
    $as_it_stands = false;
    foreach (file($file, FILE_IGNORE_NEW_LINES) as $number => $line) {
        $as_it_stands = match (trim($line)) {
            '/* clang-format off */' => true,
            '/* clang-format on */' => false,
            default => $as_it_stands,
        };
        /* The first line of a test that names its flags is read by tests/unit/run. */
        $is_flags = $number === 0 && str_starts_with($line, '/* unit: ');
        if (!$as_it_stands && !$is_flags && strlen($line) > COLUMNS / TAB && ($width = width($line)) > COLUMNS) {
            echo "$file:", $number + 1, ": $width columns\n";
            $bad = true;
        }
    }
}
exit($bad ? 1 : 0);
