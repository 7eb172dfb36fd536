<?php
/*
 * segment.php [PART] [OPTION=VALUE...] — run by run.sh segment. A named segment in a /run of this script's own, and what
 * uses it: does anything that is done to php-fpm, to the file or to its folder lead to a wrong value, a crash, or a request
 * that fails?
 *
 * Options: reloads=20, restarts=5, deletes=10000, kills=20, flips=100000, workers=2000 (killed one by one). Ends with the sum.
 */

require __DIR__ . '/segment/scenes.inc';
require __DIR__ . '/segment/starts.inc';
require __DIR__ . '/segment/apart.inc';
require __DIR__ . '/segment/planted.inc';

/** @return array<string, callable(array): array<string, callable(): Found>> */
function parts_of_segment(): array
{
    return [
        'reload' => fn ($o) => ["$o[reloads] reloads, $o[restarts] restarts" => fn () => kept($o['reloads'], $o['restarts'])],
        'cron' => fn ($o) => ['what a cron job deletes' => fn () => deleted($o['deletes'])],
        'kill' => fn ($o) => ['all of php-fpm' => fn () => killed($o['kills']),
            'workers, values in place' => fn () => workers_killed(intdiv($o['workers'], 2), 'on'),
            'workers, copies' => fn () => workers_killed(intdiv($o['workers'], 2), 'auto')],
        'flips' => fn ($o) => ['bytes of the file' => fn () => flipped($o['flips'])],
        'namespaces' => fn ($o) => scenes_apart(),
        'planted' => fn ($o) => scenes_planted(),
        'starts' => fn ($o) => [
            '50 that create at once' => fn () => created_at_once(50, 20),
            '30 that attach at once' => fn () => attached_at_once(30, 5),
            'killed at any moment' => fn () => killed_while_starting(200),
            'killed at each call, making' => fn () => killed_at_each_call(false, false),
            'killed at each call, checking' => fn () => killed_at_each_call(true, false),
            'killed at each call, beside one' => fn () => killed_at_each_call(true, true),
            'programs of a moment' => fn () => many_starts(1000),
            'reloads in reloads' => fn () => reloaded_twice(10),
        ],
    ];
}

function options_of(array $arguments): array
{
    $options = ['reloads' => 20, 'restarts' => 5, 'deletes' => 10_000, 'kills' => 20, 'flips' => 100_000, 'workers' => 2000];
    foreach ($arguments as $argument) {
        [$name, $value] = explode('=', $argument, 2) + [1 => ''];
        isset($options[$name]) || exit("no such option: $name (" . implode(', ', array_keys($options)) . ")\n");
        $options[$name] = (int) $value;
    }
    return $options;
}

in_own_run();
$words = array_values(array_filter(array_slice($argv, 1), fn ($word) => $word !== '' && !str_contains($word, '=')));
$options = options_of(array_filter(array_slice($argv, 1), fn ($word) => str_contains($word, '=')));
$part = $words[0] ?? '';
$parts = parts_of_segment();
$part === '' || isset($parts[$part]) || exit("no such part: $part (" . implode(', ', array_keys($parts)) . ")\n");
[$passed, $failed] = [0, 0];
foreach ($part === '' ? $parts : [$part => $parts[$part]] as $name => $scenes) {
    foreach ($scenes($options) as $scene => $run) {
        clean_run();
        $found = $run();
        printf("%-6s %-10s %-34s %s\n", $found->is_well ? 'ok' : 'FAILED', $name, $scene, $found->told);
        $found->is_well ? $passed++ : $failed++;
    }
}
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);
