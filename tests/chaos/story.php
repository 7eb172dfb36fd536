<?php
/*
 * story.php LETTER [--short] [--write] — one of the outages behind this project, replayed by a peer and by strata under
 * the same load and the same fault; run by run.sh story. stories/LETTER.inc tells it: see stories/story.inc.
 */

declare(strict_types=1);

require __DIR__ . '/stories/story.inc';

$letter = $argv[1] ?? '';
$options = array_slice($argv, 2);
if (!preg_match('/^[a-e]$/', $letter) || array_diff($options, ['--short', '--write']) !== []) {
    exit("usage: ./dev chaos story a | b | c | d | e [--short] [--write]\n");
}
strata_so() !== '' || exit("STRATA_SO names no strata.so: run ./dev chaos story $letter\n");
require __DIR__ . "/stories/$letter.inc";

$story = new Story($letter, in_array('--short', $options, true), in_array('--write', $options, true));
tell($story);
exit($story->end());
