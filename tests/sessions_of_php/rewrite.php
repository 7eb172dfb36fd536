<?php
/*
 * rewrite.php SOURCE TARGET [LINE...] — copies PHP's own tests of sessions, so that those that save in files save where
 * the lines say. These are of a php.ini, the first one session.save_handler; %s in them is the name of the test, which
 * keeps what it saves to itself.
 */

declare(strict_types=1);

/** Without what says "files" or leaves the path open; what a test says on purpose stays. */
function with_lines(string $test, array $lines): string
{
    $test = preg_replace('/^session\.save_(handler *= *"?files"?|path *= *)\n/m', '', $test);
    $test = preg_replace('/^ini_set\(\'session\.save_handler\', \'files\'\);/m', '', $test);
    $section = "--INI--\n" . implode("\n", $lines) . "\n";
    $lines_of_its_own = preg_replace('/^--INI--\n/m', $section, $test, 1, $count);
    return $count > 0 ? $lines_of_its_own : preg_replace('/^--FILE--$/m', $section . '--FILE--', $test, 1);
}

/** What a test expects to be told of its handler, unless it chooses files itself. */
function with_name(string $test, string $handler): string
{
    if (preg_match('/[\'"]files[\'"]/', strstr($test, '--EXPECT', true))) {
        return $test;
    }
    return strtr($test, ['string(5) "files"' => sprintf('string(%d) "%s"', strlen($handler), $handler), 'data: files (' => "data: $handler ("]);
}

[, $source, $target] = $argv;
$lines = array_slice($argv, 3);
foreach (glob("$source/*") as $file) {
    $name = basename($file);
    $text = file_get_contents($file);
    if ($name === 'skipif.inc' && $lines !== []) {
        /* It looks for the folder that session.save_path would be. */
        $text = '';
    } elseif (str_ends_with($name, '.phpt') && $lines !== []) {
        $of_test = substr(basename($name, '.phpt'), -50);
        $text = with_lines($text, array_map(fn ($line) => str_replace('%s', $of_test, $line), $lines));
        $text = with_name($text, substr(strstr($lines[0], '='), 1));
    }
    file_put_contents("$target/$name", $text);
}
