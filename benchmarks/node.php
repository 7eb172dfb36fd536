<?php

/* What an operation costs on a server that is not asked, and on one that is, with all checks of its connection. */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

const OPERATIONS = 20_000;

$cache = new Strata\Cache();
$node = explode(',', getenv('STRATA_TEST_MEMCACHED'))[0];
$cache->set('node', 'value');

/** Microseconds of each of many operations, sorted. */
$times = function () use ($cache): array {
    $times = [];
    for ($i = 0; $i < OPERATIONS; $i++) {
        $began = hrtime(true);
        $cache->get('node');
        $times[] = (hrtime(true) - $began) / 1000;
    }
    sort($times);
    return $times;
};
$print = function (string $what, array $times, string $goal): void {
    $at = fn (float $share) => $times[(int) (count($times) * $share)];
    printf("  %-40s %10.2f %10.2f %10.2f   %s\n", $what, $at(0.5), $at(0.99), $at(0.999), $goal);
};

printf("one memcached server%s\n  %-40s %10s %10s %10s\n", place(), '', 'p50 us', 'p99 us', 'p99.9 us');
$print('get', $times(), '');
strata_node($node, 'disable');
$print('get, its breaker open', $times(), 'p99 <= 20');
strata_node($node, 'auto');
