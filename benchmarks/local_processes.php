<?php

/*
 * How much more do two processes read than one? As much as two that have nothing to do with each
 * other get more done than one, on this machine and in the same rounds.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

const SLICE = 0.1; /* seconds */
const CALLS_BETWEEN_LOOKS = 500;
const MANY = 10_000;

if (!function_exists('pcntl_fork')) {
    echo "local processes: skipped, pcntl is missing\n";
    exit(0);
}

/** Calls that one process gets done from $start on, for one slice. */
function calls_from(int $start, callable $call): int
{
    mt_srand(getmypid());
    $end = $start + (int) (SLICE * 1e9);
    while (hrtime(true) < $start) {
    }
    for ($calls = 0; hrtime(true) < $end; $calls += CALLS_BETWEEN_LOOKS) {
        for ($i = 0; $i < CALLS_BETWEEN_LOOKS; $i++) {
            $call($i);
        }
    }
    return $calls;
}

/** The same of so many processes together. */
function calls_of(int $processes, callable $call): int
{
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $start = hrtime(true) + 20_000_000;
    for ($i = 0; $i < $processes; $i++) {
        if (pcntl_fork() === 0) {
            fwrite($theirs, calls_from($start, $call) . "\n");
            exit(0);
        }
    }
    for ($i = $calls = 0; $i < $processes; $i++) {
        $calls += (int) fgets($ours);
    }
    while (pcntl_wait($status) > 0) {
    }
    return $calls;
}

/** How many times as much two processes do, in each round. @return array<string, float[]> */
function scaling_of(array $work): array
{
    $scaling = [];
    for ($round = 0; $round < ROUNDS; $round++) {
        foreach ($work as $name => $call) {
            $alone = calls_of(1, $call);
            $scaling[$name][] = calls_of(2, $call) / $alone;
        }
    }
    return $scaling;
}

function fill(): void
{
    strata_set('one', 'a value of no great length');
    for ($i = 0; $i < MANY; $i++) {
        strata_set("many:$i", "the value of number $i");
    }
}

$busy = fn($i) => strrev("busy$i");
$one = fn($i) => strata_get('one');
$work = ['busy' => $busy, 'one' => $one, 'many' => fn($i) => strata_get('many:' . mt_rand(0, MANY - 1))];
$peer = function_exists('apcu_fetch') && apcu_enabled() && !is_noting();
if ($peer) {
    apcu_store('one', 'a value of no great length');
    $work['apcu'] = fn($i) => apcu_fetch('one');
}

/* As under php-fpm, whose master uses no cache: neither does this process, at first. */
if (pcntl_fork() === 0) {
    fill();
    exit(0);
}
pcntl_wait($status);
if (is_noting()) {
    unset($work['many']);
}
$scaling = scaling_of($work);
strata_get('one') !== null || exit("local processes: the value is gone\n");
$inherited = is_noting() ? $scaling : scaling_of(['busy' => $busy, 'one' => $one]);

$show = function (string $title, array $ours, array $busy, string $goal): void {
    [$our, $their] = array_map(fn ($rounds) => sprintf('%.2f x', median($rounds)), [$ours, $busy]);
    $ratios = ratios_of($ours, $busy);
    line($title, $our, $their, median($ratios), $goal);
    $title !== 'read one key' || note_figure('local.two_processes', $ratios, ['ours' => $our, 'theirs' => $their]);
};
heading('local tier, 2 processes against 1, strata.zero_copy=' . way(), 'busy loop');
$show('read one key', $scaling['one'], $scaling['busy'], '>= 0.9');
$show('read one key, parent had read before', $inherited['one'], $inherited['busy'], '>= 0.9');
is_noting() || $show('read 10,000 keys', $scaling['many'], $scaling['busy'], '>= 0.9');
!$peer || $show('(APCu, one key)', $scaling['apcu'], $scaling['busy'], '');
