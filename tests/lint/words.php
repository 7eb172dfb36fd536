<?php
/* See words.sh. */

declare(strict_types=1);

require __DIR__ . '/house.inc';

/* Files of these names are found too, though their word alone may be in an identifier. */
const FILES = ['age', 'guard', 'idle', 'login', 'notice', 'parts', 'refusal', 'scope', 'task', 'watches', 'wire'];

/* What tags.h calls its own: to judge is not to put into a class, and no reply is completed there. */
const TAGS = ['strata_tags_judge', 'strata_tags_settle'];

/** The words of an identifier, as "_word_word_". */
function words_of(string $identifier): string
{
    return '_' . strtolower(preg_replace('/(?<=[a-z])(?=[A-Z])/', '_', trim($identifier, '_'))) . '_';
}

$field = [];
foreach (preg_grep('/^[a-z]/', file(__DIR__ . '/private_words', FILE_IGNORE_NEW_LINES)) as $line) {
    [$private, $instead] = preg_split('/\s+/', $line, 2);
    $field["_{$private}_"] = $instead;
}
$pattern = '/' . implode('|', array_keys($field)) . '/';

$house = new House('.');
$bad = false;
$complain = function (string $where, string $name, string $instead) use (&$bad): void {
    echo "ext/$where: $name: the field says $instead\n";
    $bad = true;
};
foreach ($house->files as $file) {
    $name = basename(module_of($file));
    if (preg_match($pattern, words_of($name), $found)) {
        $complain($file, "the file's name", $field[$found[0]]);
    } elseif (in_array($name, FILES, true)) {
        $complain($file, "the file's name", 'something else: see docs/glossary.md');
    }
    $seen = [];
    foreach (explode("\n", without_comments($house->text($file))) as $number => $line) {
        preg_match_all('/\b[A-Za-z_]\w*/', $line, $identifiers);
        foreach ($identifiers[0] as $identifier) {
            if (!isset($seen[$identifier]) && !in_array($identifier, TAGS, true) && preg_match($pattern, words_of($identifier), $found)) {
                $complain("$file:" . $number + 1, $identifier, $field[$found[0]]);
            }
            $seen[$identifier] = true;
        }
    }
}
exit($bad ? 1 : 0);
