<?php
/*
 * plot.php DOCUMENT FOLDER — makes FOLDER/RESULTS.md and FOLDER/plots/*.svg of what ./dev bench --json measured.
 */

declare(strict_types=1);

require __DIR__ . '/chart.inc';

/** Title, what the axis is, and what a chart shows of each group. */
const GROUPS = [
    'local' => ['The local tier', 'Time of one operation, of that of the peer in the same process (logarithmic)', 'ratio'],
    'eviction' => ['Eviction', 'Hit ratio in 8 MB: from APCu (circle) to strata (end of the bar)', 'hits'],
    'remote' => ['Servers', 'Time of one operation, of that of the peer on the same servers (logarithmic)', 'ratio'],
    'faults' => ['Faults', 'Measured, as a share of what is asked (logarithmic)', 'share'],
];

/** What a chart can show: ratios beside ratios, hit ratios beside hit ratios. */
function is_drawn(array $entry, string $kind): bool
{
    return $entry['measured'] !== null && match ($kind) {
        'ratio' => in_array($entry['asked']['unit'], [TIME, 'of their scaling'], true),
        'hits' => $entry['asked']['unit'] === RATIO,
        'share' => true,
    };
}

/** @return array<string, string> the reason of each figure's id */
function reasons(): array
{
    $reasons = [];
    foreach (file(__DIR__ . '/why', FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $line) {
        if ($line[0] !== '#') {
            [$id, $reason] = explode(': ', $line, 2);
            figure_of($id);
            $reasons[$id] = $reason;
        }
    }
    return $reasons;
}

/** A name of ours, or what is measured anew without words, stands for all characters of a table. */
function cell(?string $words): string
{
    return $words === null ? '' : str_replace('|', '\|', $words);
}

function table_row(array $entry): string
{
    $asked = ['<=' => '≤ ', '>=' => '≥ '][$entry['asked']['relation']] . short_number($entry['asked']['bound']);
    $spread = $entry['spread'] === null ? '' : implode(' to ', array_map(short_number(...), $entry['spread'])) . ", $entry[rounds]";
    $sides = $entry['ours'] === null ? '' : $entry['ours'] . ($entry['theirs'] === null ? '' : ", $entry[theirs]");
    $verdict = $entry['verdict'] === 'ok' ? 'ok' : "**$entry[verdict]**";
    $sample = $entry['sample'] === null ? '' : " ($entry[sample])";
    return '| ' . implode(' | ', array_map(cell(...), [$entry['work'] . $sample, $entry['peer'], "$asked {$entry['asked']['unit']}",
        $entry['measured'] === null ? '' : short_number($entry['measured']), $spread, $sides, $verdict])) . " |\n";
}

function group_part(string $group, array $entries, array $reasons): string
{
    [$title] = GROUPS[$group];
    $text = "## $title\n\n![$title](plots/$group.svg)\n\n| work | peer | asked | measured | quartiles, rounds | ours, theirs | verdict |\n"
        . "|---|---|---|--:|---|---|---|\n" . implode('', array_map(table_row(...), $entries));
    $methods = [];
    foreach ($entries as $entry) {
        $methods["`$entry[command]`: $entry[method]"] = true;
    }
    $text .= "\nHow:\n\n" . implode('', array_map(fn ($method) => "* $method\n", array_keys($methods)));
    $short = array_filter($entries, fn ($entry) => $entry['verdict'] !== 'ok');
    return $short === [] ? "$text\n" : "$text\nWhat falls short, and why:\n\n" . implode('', array_map(fn ($entry) => "* **$entry[work]**, "
        . ($entry['measured'] === null ? 'not measured' : short_number($entry['measured']) . " ({$entry['asked']['relation']} {$entry['asked']['bound']} asked)")
        . ': ' . ($reasons[$entry['id']] ?? 'the cause is not known.') . "\n", $short)) . "\n";
}

function opening(array $document): string
{
    $machine = $document['machine'];
    $versions = array_filter($document['versions']);
    $short = count(array_filter($document['figures'], fn ($entry) => $entry['verdict'] === 'falls short'));
    $missing = count(array_filter($document['figures'], fn ($entry) => $entry['verdict'] === 'not measured'));
    $load = fn (array $load) => implode(', ', array_map(fn ($value) => sprintf('%.2f', $value), $load));
    return "# Results\n\n"
        . "Every figure that strata is to reach, from one run of `./dev bench --json`, beside its peer. `./dev bench plot` writes this page.\n\n"
        . sprintf("**%d of %d figures are met, %d fall short, %d were not measured.**\n\n", count($document['figures']) - $short - $missing,
            count($document['figures']), $short, $missing)
        . "| | |\n|---|---|\n"
        . "| date | $document[date], " . sprintf('%d min %d s', intdiv($document['seconds'], 60), $document['seconds'] % 60) . " |\n"
        . "| commit | $document[commit] |\n"
        . "| machine | $machine[cores] cores, $machine[model], $machine[memory], $machine[kernel] |\n"
        . "| load, over 1, 5 and 15 minutes | before: {$load($machine['load_before'])}; after: {$load($machine['load_after'])} |\n"
        . '| versions | ' . implode(', ', array_map(fn ($name, $version) => "$name $version", array_keys($versions), $versions)) . " |\n\n"
        . ($document['mode'] === 'quick' ? "**This run was a quick one, of short samples: its times say little.**\n\n" : '')
        . "Rounds of strata and of the peer alternate, so that a machine that gets slower gets slower for both. A figure is the\n"
        . "median of the rounds' ratios; of what must never happen, such as a wrong value, it is the worst round. The spread is\n"
        . "given as quartiles of the rounds. A figure of another machine is another figure.\n\n";
}

[, $file, $folder] = $argv;
$document = json_decode((string) file_get_contents($file), true, flags: JSON_THROW_ON_ERROR);
$reasons = reasons();
@mkdir("$folder/plots", recursive: true);
$page = opening($document);
foreach (GROUPS as $group => [$title, $below, $kind]) {
    $entries = array_values(array_filter($document['figures'], fn ($entry) => $entry['group'] === $group));
    $drawn = array_filter($entries, fn ($entry) => is_drawn($entry, $kind));
    file_put_contents("$folder/plots/$group.svg", (string) chart("$title, " . substr($document['date'], 0, 10), $below, $drawn, $kind));
    $page .= group_part($group, $entries, $reasons);
}
file_put_contents("$folder/RESULTS.md", rtrim($page) . "\n");
