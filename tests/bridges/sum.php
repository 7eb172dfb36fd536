<?php
/* sum.php FOLDER: what PHPUnit wrote there for run, in the words of the other steps. */

declare(strict_types=1);

/** The text of a message of TeamCity. */
function plain(string $text): string
{
    return strtr($text, ['||' => '|', "|'" => "'", '|n' => "\n", '|r' => "\r", '|[' => '[', '|]' => ']']);
}

/** The events of one file: [name, attributes]. */
function events(string $file): iterable
{
    foreach (is_file($file) ? file($file) : [] as $line) {
        if (preg_match('/^##teamcity\[(\w+)(.*)\]$/', trim($line), $event)) {
            preg_match_all("/ (\w+)='((?:[^'|]|\|.)*)'/s", $event[2], $pairs);
            yield [$event[1], array_combine($pairs[1], array_map('plain', $pairs[2]))];
        }
    }
}

$folder = $argv[1];
$passed = $failed = 0;
$skipped = count(is_file("$folder/left") ? file("$folder/left") : []);
$times = [];
foreach (file("$folder/jobs", FILE_IGNORE_NEW_LINES) as $job) {
    [$file, $backend] = explode(' ', $job);
    $log = $folder . '/' . strtr(substr($file, strlen('bridges/tests/')), '/', '-') . ".$backend";
    $bad = 0;
    $began = [];
    $took = 0;
    $state = [];
    foreach (events("$log.teamcity") as [$event, $about]) {
        $test = $about['name'] ?? '';
        switch ($event) {
            case 'testStarted':
                $state[$test] = 'began';
                break;
            case 'testFailed':
                $state[$test] = 'failed';
                echo "FAILED $file ($backend) $test\n";
                echo preg_replace('/^/m', '    ', substr($about['message'] . "\n" . $about['details'], 0, 2000)), "\n";
                break;
            case 'testIgnored':
                $state[$test] = 'skipped';
                echo "skipped ", basename($file, '.php'), "::$test: ", strtok($about['message'], "\n") ?: 'without a word', "\n";
                break;
            case 'testFinished':
                $state[$test] = $state[$test] === 'began' ? 'passed' : $state[$test];
                $took += (int) $about['duration'];
                $times[] = "{$about['duration']} bridges $file::$test";
                break;
        }
    }
    $counts = array_count_values($state);
    $passed += $counts['passed'] ?? 0;
    $skipped += $counts['skipped'] ?? 0;
    $failed += $counts['failed'] ?? 0;
    foreach (array_keys($state, 'began', true) as $test) {
        $failed++;
        echo "FAILED $file ($backend) $test: PHPUnit ended in it\n";
        $counts['failed'] = 1;
    }
    /* PHPUnit ended before its first test, or does not like something that is no test's failure. */
    $code = (int) @file_get_contents("$log.code");
    if ($state === [] || ($code !== 0 && empty($counts['failed']))) {
        $failed++;
        echo "FAILED $file ($backend): PHPUnit ended with $code\n";
        echo preg_replace('/^/m', '    ', implode('', array_slice(file("$log.log") ?: [], -40))), "\n";
    }
}
if (getenv('STRATA_TIMES')) {
    file_put_contents(getenv('STRATA_TIMES'), implode("\n", $times) . "\n", FILE_APPEND);
}
echo "$passed passed, $failed failed, $skipped skipped\n";
exit($failed === 0 ? 0 : 1);
