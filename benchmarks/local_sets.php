<?php

/*
 * The local tier against APCu: what is stored, the same work in the same process; and the same set while
 * 400 other processes hold values where they lie, against itself without them. Needs a database "pinned"
 * with strata.zero_copy=on, for those.
 */

declare(strict_types=1);

const HOLDERS = 400;
const HELD = 8; /* values that each of them holds */

require __DIR__ . '/bench.inc';

if (!function_exists('apcu_fetch') || !apcu_enabled()) {
    echo "local sets: skipped, APCu is not loaded\n";
    exit(0);
}

$row = ['id' => 7, 'name' => 'user 7', 'mail' => 'user7@example.org', 'active' => true, 'score' => 1.5, 'city' => 'Bern',
    'age' => 40, 'plan' => 'free', 'tags' => null, 'visits' => 12];
$rows = thousand_rows();
$text = str_repeat('x', 100);

heading('local tier, sets of one process', 'APCu');
compare('set an integer', fn($i) => strata_set('set', $i), fn($i) => apcu_store('set', $i), 50_000, 'local.set_int');
compare('set a string of 100 bytes', fn($i) => strata_set('set', $text), fn($i) => apcu_store('set', $text), 50_000, 'local.set_100');
compare('set an array of 10', fn($i) => strata_set('set', $row), fn($i) => apcu_store('set', $row), 20_000, 'local.set_array');
compare('set an array of 1000 rows', fn($i) => strata_set('set', $rows), fn($i) => apcu_store('set', $rows), 100, 'local.set_rows');
/* Each is a new string, as a page is that was just made. */
$fresh = [];
compare(
    'set 4 KiB, each a fresh string',
    function ($i) use (&$fresh) {
        strata_set('set', $fresh[0][$i]);
    },
    function ($i) use (&$fresh) {
        apcu_store('set', $fresh[1][$i]);
    },
    1_000,
    'local.set_4k',
    function () use (&$fresh) {
        foreach ([0, 1] as $of) {
            $fresh[$of] = array_map(fn($i) => str_repeat(pack('V', $i), 1024), range(0, 999));
        }
    }
);

if (!function_exists('pcntl_fork')) {
    echo "local sets: the rest is skipped, pcntl is missing\n";
    exit(0);
}

/** So many processes, each with values in its hands until the stream is closed. */
function hold(int $processes, array &$children)
{
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    for ($i = 0; $i < $processes; $i++) {
        $child = pcntl_fork();
        if ($child === 0) {
            fclose($ours);
            $pinned = new Strata\Cache('pinned');
            $held = array_map(fn($n) => $pinned->get('held:' . ($i * HELD + $n)), range(0, HELD - 1));
            $fine = array_filter($held, is_array(...));
            fwrite($theirs, count($fine) === HELD ? '+' : '-');
            fread($theirs, 1);
            exit(0);
        }
        $children[] = $child;
    }
    fclose($theirs);
    for ($ready = ''; strlen($ready) < $processes;) {
        $ready .= fread($ours, $processes - strlen($ready));
    }
    if (str_contains($ready, '-')) {
        echo "local sets: the holders hold nothing\n";
        exit(1);
    }
    return $ours;
}

/** Nanoseconds of each work, alone and beside holders. */
function times_of(array $work, int $count): array
{
    $pinned = new Strata\Cache('pinned');
    for ($i = 0; $i < HOLDERS * HELD; $i++) {
        $pinned->set("held:$i", ['number' => $i, 'text' => "of number $i"]);
    }
    $times = [];
    for ($round = 0; $round < 9; $round++) {
        foreach ($work as $name => $call) {
            $times[$name]['alone'][] = round_of($call, $count);
        }
        $children = [];
        $stream = hold(HOLDERS, $children);
        foreach ($work as $name => $call) {
            $times[$name]['beside'][] = round_of($call, $count);
        }
        fclose($stream);
        array_map(fn($child) => pcntl_waitpid($child, $status), $children);
    }
    return $times;
}

$figures = ['set a small array' => 'local.set_beside', 'set it, where it was read' => 'local.set_read_beside'];
$work = [
    'set a small array' => fn($i) => strata_set('small', ['number' => $i, 'text' => 'a text']),
    'set it, where it was read' => function ($i) {
        strata_get('read');
        strata_set('read', ['number' => $i, 'text' => 'a text']);
    },
    'set many small arrays' => fn($i) => strata_set("small:$i", ['number' => $i, 'text' => 'a text']),
];
heading('local tier, beside ' . HOLDERS . ' processes that hold ' . HELD . ' values each', 'alone');
foreach (times_of($work, sample_of(2_000)) as $name => $times) {
    line_of_rounds($name, $times['beside'], $times['alone'], $figures[$name] ?? 1.2);
}
