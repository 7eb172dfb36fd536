<?php
/*
 * document.php ROWS SO BEGAN LOAD COMMIT — makes the one document of ./dev bench --json of what measurements noted in
 * ROWS (rows.inc). BEGAN is the second in which the run began, LOAD the machine's load before it.
 */

declare(strict_types=1);

require __DIR__ . '/figures.inc';
require __DIR__ . '/../../tests/support/rows.inc';
require __DIR__ . '/../machine.inc';

/** Units whose figure is the median of the rounds; of all others, such as wrong values, the worst round counts. */
const JUDGED_BY_THE_MEDIAN = [TIME, RATIO, 'of their scaling', 'reads', 'files', 'ms later'];

/** What the rows of each id say together. @return array<string, array> */
function read_rows(string $file): array
{
    $figures = [];
    foreach (file($file, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $line) {
        $row = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
        figure_of($row['id']);
        $known = $figures[$row['id']] ?? ['rounds' => []];
        $figures[$row['id']] = ['rounds' => [...$known['rounds'], ...$row['rounds']], 'all_theirs' => [...$known['all_theirs'] ?? [], $row['theirs'] ?? null]]
            + $row + $known;
    }
    return array_map(between_rows(...), $figures);
}

/** What rows say of the peer in numbers: that of the middle. */
function between_rows(array $figure): array
{
    $numbers = array_filter($figure['all_theirs'], is_numeric(...));
    sort($numbers);
    return ($numbers === [] ? [] : ['theirs' => $numbers[intdiv(count($numbers), 2)]]) + $figure;
}

/** The value at this share of sorted ones. */
function share_of(array $sorted, float $share): float
{
    return (float) $sorted[(int) round((count($sorted) - 1) * $share)];
}

/** @return array{measured: ?float, spread: ?array{float, float}, verdict: string} */
function judge(array $rounds, string $relation, float $bound, string $unit): array
{
    if ($rounds === []) {
        return ['measured' => null, 'spread' => null, 'verdict' => 'not measured'];
    }
    sort($rounds);
    $worst = $relation === '<=' ? (float) end($rounds) : (float) $rounds[0];
    $measured = in_array($unit, JUDGED_BY_THE_MEDIAN, true) ? share_of($rounds, 0.5) : $worst;
    $is_met = $relation === '<=' ? $measured <= $bound : $measured >= $bound;
    return ['measured' => $measured, 'spread' => [share_of($rounds, 0.25), share_of($rounds, 0.75)], 'verdict' => $is_met ? 'ok' : 'falls short'];
}

function entry_of(string $id, ?array $row): array
{
    $figure = figure_of($id);
    [$relation, $bound] = explode(' ', $figure['goal']);
    $rounds = array_map(floatval(...), $row['rounds'] ?? []);
    return [
        'id' => $id,
        'group' => $figure['group'],
        'work' => $figure['work'],
        'peer' => $figure['peer'],
        'asked' => ['relation' => $relation, 'bound' => (float) $bound, 'unit' => $figure['unit']],
        ...judge($rounds, $relation, (float) $bound, $figure['unit']),
        'rounds' => count($rounds),
        'values' => $rounds,
        'ours' => $row['ours'] ?? null,
        'theirs' => $row['theirs'] ?? null,
        'sample' => $row['sample'] ?? null,
        'method' => $figure['method'],
        'command' => $figure['command'],
    ];
}

[, $rows, $so, $began, $load, $commit] = $argv;
$noted = read_rows($rows);
$load_of = fn (string $line) => array_map(floatval(...), array_slice(explode(' ', $line), 0, 3));
echo json_encode([
    'date' => gmdate('Y-m-d\TH:i:s\Z', (int) $began),
    'commit' => $commit,
    'mode' => is_quick() ? 'quick' : 'full',
    'seconds' => time() - (int) $began,
    'machine' => machine() + ['load_before' => $load_of($load), 'load_after' => $load_of(file_get_contents('/proc/loadavg'))],
    'versions' => versions($so),
    'figures' => array_map(fn ($id) => entry_of($id, $noted[$id] ?? null), array_keys(figure_rows())),
], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR), "\n";
