<?php

/*
 * Objects in the local tier against APCu, which unserializes at each fetch: the same graphs in the
 * same process. The goals are those of strata.zero_copy=on, as requests that end have it.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

if (!function_exists('apcu_fetch') || !apcu_enabled()) {
    echo "objects: skipped, APCu is not loaded\n";
    exit(0);
}

final class Point
{
    public function __construct(public readonly int $id, public readonly string $name, public readonly bool $on)
    {
    }
}

enum State: string
{
    case Draft = 'draft';
    case Public = 'public';
}

final class Article
{
    private array $tags = ['news', 'all'];

    public function __construct(
        public readonly int $id,
        public readonly string $title,
        public readonly State $state,
        public readonly DateTimeImmutable $created
    ) {
    }
}

$points = fn(int $count) => array_map(fn($i) => new Point($i, "point $i", $i % 2 === 0), range(1, $count));
$articles = array_map(
    fn($i) => new Article($i, "article $i", $i % 2 === 0 ? State::Draft : State::Public, new DateTimeImmutable("2026-01-02 03:04:$i")),
    range(10, 29)
);
$values = [
    'one small object' => [new Point(1, 'a point', true), 100_000, 'local.object'],
    '100 readonly objects' => [$points(100), 2_000, 'local.objects_100'],
    '1,000 readonly objects' => [$points(1_000), 200, 'local.objects_1000'],
    '20 entities with an enum and a date' => [$articles, 2_000, 'local.entities'],
];

$way = way();
heading("objects in the local tier, one process, strata.zero_copy=$way" . place(), 'APCu');
foreach ($values as $name => [$value, $count, $goal]) {
    strata_set('bench', $value);
    apcu_store('bench', $value);
    compare("get $name", fn() => strata_get('bench'), fn() => apcu_fetch('bench'), $count, $way === 'on' ? $goal : null);
}
foreach ($values as $name => [$value, $count]) {
    compare("set $name", fn() => strata_set('bench', $value), fn() => apcu_store('bench', $value), intdiv($count, 2));
}
