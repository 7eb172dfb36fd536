<?php

/*
 * The main job on the embedded default: strata_remember() on data that every PHP has, with no server
 * and no configuration. First call: the function runs and its value is stored. Later calls: the value
 * comes out of shared memory.
 */

declare(strict_types=1);

const LATER_CALLS = 51;

/** What a page might need and nobody wants to compute twice. */
$jobs = [
    'timezone abbreviations' => fn() => DateTimeZone::listAbbreviations(),
    'defined constants' => function (): array {
        /* STDIN and its like are resources, which no cache can keep: strata says so, by name. */
        return array_map(fn($group) => array_filter($group, fn($value) => !is_resource($value)), get_defined_constants(true));
    },
    'timezone transitions' => function (): array {
        $transitions = [];
        foreach (DateTimeZone::listIdentifiers(DateTimeZone::EUROPE | DateTimeZone::AMERICA) as $name) {
            $transitions[$name] = count((new DateTimeZone($name))->getTransitions(0, 2_000_000_000));
        }
        return $transitions;
    },
    'function signatures' => function (): array {
        $signatures = [];
        foreach (get_defined_functions()['internal'] as $name) {
            $parameters = (new ReflectionFunction($name))->getParameters();
            $signatures[$name] = implode(', ', array_map(fn($p) => $p->getType() . ' $' . $p->getName(), $parameters));
        }
        return $signatures;
    },
];

/** Seconds that a call takes, and what it returns. */
function timed(callable $call): array
{
    $start = hrtime(true);
    $value = $call();
    return [(hrtime(true) - $start) / 1e9, $value];
}

function median(array $seconds): float
{
    sort($seconds);
    return $seconds[intdiv(count($seconds), 2)];
}

function readable(float $seconds): string
{
    return match (true) {
        $seconds >= 1e-3 => sprintf('%.2f ms', $seconds * 1e3),
        default => sprintf('%.1f us', $seconds * 1e6),
    };
}

printf("strata %s on PHP %s: strata_remember() on this host's shared memory, no server\n\n", phpversion('strata'), PHP_VERSION);
printf("  %-24s %9s %10s %12s %12s %8s\n", 'data', 'elements', 'bytes', 'first call', 'later calls', 'ratio');

foreach ($jobs as $name => $compute) {
    [$first, $computed] = timed(fn() => strata_remember("demo:$name", 300, $compute));
    $later = [];
    for ($i = 0; $i < LATER_CALLS; $i++) {
        [$later[], $cached] = timed(fn() => strata_remember("demo:$name", 300, $compute));
    }
    if (serialize($cached) !== serialize($computed)) { /* not !==, which NAN never passes */
        fwrite(STDERR, "the cached value of $name is not the computed one\n");
        exit(1);
    }
    printf(
        "  %-24s %9d %10d %12s %12s %7.1fx\n",
        $name,
        count($computed, COUNT_RECURSIVE),
        strlen(serialize($computed)),
        readable($first),
        readable(median($later)),
        $first / median($later)
    );
}

/*
 * The other half of the job: when a value is missing, one process computes it and the others wait
 * for it. sleep() stands for the slow query.
 */
if (function_exists('pcntl_fork')) {
    $children = 8;
    $start = hrtime(true);
    for ($i = 0; $i < $children; $i++) {
        if (pcntl_fork() === 0) {
            strata_remember('demo:slow', 300, function (): string {
                strata_increment('demo:computations');
                usleep(200_000);
                return 'the answer';
            });
            exit(0);
        }
    }
    while (pcntl_wait($status) > 0) {
    }
    printf(
        "\n  %d processes missed one key at once: computed %d time, all had it after %s\n",
        $children,
        strata_get('demo:computations'),
        readable((hrtime(true) - $start) / 1e9)
    );
}

$local = strata_status()['local'];
$counts = strata_status()['databases']['default']['local'];
printf(
    "\n  the local tier: %d entries, %d of %d KiB, %d hits, %d misses, %d computations\n",
    $local['entries'],
    $local['used'] / 1024,
    $local['size'] / 1024,
    $counts['hits'],
    $counts['misses'],
    $counts['computations']
);
