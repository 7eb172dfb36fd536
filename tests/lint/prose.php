<?php
/* See prose.sh. */

declare(strict_types=1);

require __DIR__ . '/house.inc';

const PERSONS = '/\b(who|whom|whoever|nobody|somebody|anybody)\b/i';

$house = new House('.');
$bad = false;
foreach ($house->files as $file) {
    foreach (explode("\n", only_comments($house->text($file))) as $number => $line) {
        if (preg_match(PERSONS, $line, $found)) {
            echo "ext/$file:", $number + 1, ": \"$found[0]\" in a comment\n";
            $bad = true;
        }
    }
}
exit($bad ? 1 : 0);
