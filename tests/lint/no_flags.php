<?php
/* See no_flags.sh. */

declare(strict_types=1);

require __DIR__ . '/house.inc';

$house = new House('.');
$bad = false;
foreach (preg_grep('/\.h$/', $house->files) as $file) {
    foreach (functions_of($house->text($file)) as $function) {
        /* What points to a bool is an answer, and what returns one a function. */
        if (preg_match('/\bbool\b(?!\s*(?:const\b\s*)?\*|\s*\(\s*\*)/', $function->parameters)) {
            echo "ext/$file:$function->line: $function->name has a boolean parameter\n";
            $bad = true;
        }
    }
}
exit($bad ? 1 : 0);
