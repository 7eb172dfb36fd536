<?php
/*
 * judge.php FOLDER DIFFERENCES HANDLER... — holds the results of each handler against those of PHP's files.
 *
 * A line of DIFFERENCES is "name: why", or "redis name: why" where it holds for that one alone.
 */

declare(strict_types=1);

const PEERS = ['phpredis', 'php-memcached'];

/** @return array<string, string> PASS, FAIL and so on, by the name of the test */
function results(string $file): array
{
    $results = [];
    foreach (file($file, FILE_IGNORE_NEW_LINES) as $line) {
        [$name, $result] = explode(' ', $line);
        $results[$name] = $result;
    }
    return $results;
}

/** @return array<string, string> why, by the name of the test, as far as it holds for this handler */
function expected(string $file, string $handler): array
{
    $expected = [];
    foreach (file($file, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $line) {
        if (preg_match('/^(?:(\w+) )?(\w+): (.+)$/', $line, $found) && in_array($found[1], ['', $handler], true)) {
            $expected[$found[2]] = $found[3];
        }
    }
    return $expected;
}

[, $folder, $differences] = $argv;
$files = results("$folder/files.results");
$good = array_keys($files, 'PASS', true);
printf("%d of %d tests pass with PHP's own files\n", count($good), count($files));
$passed = $failed = 0;
foreach (array_slice($argv, 3) as $handler) {
    $results = results("$folder/$handler.results");
    $differ = array_values(array_filter($good, fn ($name) => ($results[$name] ?? 'not run') !== 'PASS'));
    printf("%s: %d of them pass\n", $handler, count($good) - count($differ));
    if (in_array($handler, PEERS, true)) {
        echo '   not: ', implode(' ', $differ), "\n";
        continue;
    }
    $expected = expected($differences, $handler);
    foreach (array_diff($differ, array_keys($expected)) as $name) {
        printf("FAILED %s, %s: %s; see %s\n", $handler, $name, $results[$name] ?? 'not run', "$folder/$handler/ext/session/tests/$name.diff");
        $failed++;
    }
    foreach (array_diff(array_keys($expected), $differ) as $name) {
        printf("FAILED %s, %s: it passes, or is none of the tests, and stands in %s\n", $handler, $name, $differences);
        $failed++;
    }
    $passed += count($good) - count($differ);
}
echo "$passed passed, $failed failed\n";
exit($failed === 0 ? 0 : 1);
