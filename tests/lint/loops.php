<?php
/* See loops.sh. */

declare(strict_types=1);

require __DIR__ . '/house.inc';

$house = new House('.');
$bad = false;
foreach (['folders' => $house->loops_of_folders(), 'modules' => $house->loops_of_modules()] as $what => $loops) {
    foreach ($loops as $loop) {
        echo count($loop), " $what include each other: ", implode(' ', $loop), "\n";
        $bad = true;
    }
}
exit($bad ? 1 : 0);
