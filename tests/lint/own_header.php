<?php
/* See own_header.sh. */

declare(strict_types=1);

require __DIR__ . '/house.inc';

$house = new House('.');
$declared = $defined = $complaints = [];
foreach ($house->files as $file) {
    foreach (functions_of($house->text($file)) as $function) {
        if ($function->is_defined && !$function->is_static && str_ends_with($file, '.c')) {
            $defined[$function->name] = $file;
        } elseif (!$function->is_defined && !$function->is_static) {
            if (str_ends_with($file, '.c')) {
                $complaints[] = "ext/$file:$function->line: $function->name is declared in a source file";
            } else {
                $declared[$function->name] = [$file, $function->line];
            }
        }
    }
    /* The files of ext/ itself are PHP's to call. */
    if (str_ends_with($file, '.c') && dirname($file) !== '.' && !in_array(module_of($file) . '.h', $house->files, true)) {
        $complaints[] = "ext/$file: has no header of its name";
    }
}
foreach ($declared as $name => [$file, $line]) {
    $source = $defined[$name] ?? null;
    if ($source !== null && module_of($source) !== module_of($file)) {
        $complaints[] = "ext/$file:$line: $name is defined in ext/$source";
    }
}
foreach (array_diff_key($defined, $declared) as $name => $file) {
    $complaints[] = "ext/$file: $name is neither static nor declared in a header";
}
sort($complaints);
echo implode("\n", $complaints), $complaints ? "\n" : '';
exit($complaints ? 1 : 0);
