<?php

declare(strict_types=1);

namespace Strata\Command;

/** The lines of strata top, as many as there is room for: the host, databases, nodes, prefixes and hot keys. */
final class Screen
{
    public function __construct(private Terminal $terminal, private string $name)
    {
    }

    /** @param array<string, mixed> $status @return string[] */
    public function lines(Rates $rates, array $status, int $width, int $height): array
    {
        $head = Status::head($status, $this->name);
        $refused = count($status['configuration']['refused'] ?? []);
        if ($refused > 0) {
            $head[] = $this->terminal->colour('red', "$refused settings refused: strata status says which");
        }
        $lines = array_map(static fn (string $line) => Text::cut($line, $width), array_slice($head, 0, max(1, $height - 2)));
        $tables = array_filter([$this->databases($rates, $status), $this->nodes($rates, $status), $this->prefixes($rates, $status),
            $this->hot_keys($status)], static fn (Table $table) => !$table->is_empty());
        $parts = array_map(fn (Table $table) => $table->lines($this->terminal, $width), array_values($tables));
        return [...$lines, ...$this->fit($parts, $height - count($lines))];
    }

    /**
     * Each part gets the lines that it needs, or its share of those there are. Where there is no room for a blank line,
     * headings and one row of each, the last parts are left out.
     *
     * @param string[][] $parts
     * @return string[]
     */
    private function fit(array $parts, int $room): array
    {
        $lines = [];
        $parts = array_slice($parts, 0, max(0, intdiv($room, 3)));
        while ($parts !== []) {
            $share = intdiv($room, count($parts));
            $part = array_shift($parts);
            /* What the others do not need is free for this one. */
            $others = array_sum(array_map(static fn (array $other) => count($other) + 1, $parts));
            $shown = array_slice($part, 0, max($share, $room - $others) - 1);
            array_push($lines, '', ...$shown);
            $room -= count($shown) + 1;
        }
        return $lines;
    }

    /** @param array<string, mixed> $status */
    private function databases(Rates $rates, array $status): Table
    {
        $table = new Table(['DATABASE', 'TIER', '>GETS/s', '>RATIO', '>SETS/s', '>DELETES/s', '>COMPUTED/s']);
        foreach ($status['databases'] as $database => $tiers) {
            foreach (array_keys(array_diff_key($tiers, ['shadow' => 0])) as $tier) {
                $of = static fn (string $name) => $rates->of('databases', (string) $database, (string) $tier, $name);
                $gets = Rates::sum($of('hits'), $of('misses'));
                $table->add([(string) $database, $tier, Rates::text($gets), $gets > 0 ? Text::ratio($of('hits') ?? 0, $gets) : '-',
                    Rates::text($of('sets')), Rates::text($of('deletes')), Rates::text($of('computations'))]);
            }
        }
        return $table;
    }

    /** Those in trouble first. @param array<string, mixed> $status */
    private function nodes(Rates $rates, array $status): Table
    {
        $table = new Table(['NODE', 'STATE', 'CAUSE', '>LEFT', '>P50 ms', '>P99 ms', '>FLIGHT', '>OPS/s', '>FAILED/s']);
        $nodes = $status['nodes'];
        uasort($nodes, static fn (array $one, array $other) => [Tables::colour($other) !== '', $other['operations']]
            <=> [Tables::colour($one) !== '', $one['operations']]);
        foreach ($nodes as $name => $node) {
            $failed = Rates::sum(...array_map(static fn (string $outcome) => $rates->of('nodes', (string) $name, 'outcomes', $outcome),
                array_diff(array_keys($node['outcomes'] ?? []), ['ok', 'slow', 'local'])));
            $left = $node['seconds_left'] ?? null;
            $table->add([(string) $name, $node['state'] ?? '-', $node['cause'] ?? '-', $left === null ? '-' : Text::seconds($left),
                Tables::time($node, 'p50'), Tables::time($node, 'p99'), $node['in_flight'] ?? '-',
                Rates::text($rates->of('nodes', (string) $name, 'operations')), Rates::text($failed)], Tables::colour($node));
        }
        return $table;
    }

    /** @param array<string, mixed> $status */
    private function prefixes(Rates $rates, array $status): Table
    {
        $table = new Table(['PREFIX', 'DATABASE', '>OPS/s', '>OPERATIONS', '>HITS', '>IN', '>OUT']);
        foreach (Prefixes::of($status) as $row) {
            $table->add([$row['prefix'], $row['database'], Rates::text($rates->of('prefix sums', $row['name'])),
                Text::count($row['operations']), Text::ratio($row['hits'], $row['operations']), Text::bytes($row['bytes_in']), Text::bytes($row['bytes_out'])]);
        }
        return $table;
    }

    /** @param array<string, mixed> $status */
    private function hot_keys(array $status): Table
    {
        $table = new Table(['HOT KEY', 'DATABASE', '>COUNT', '>ERROR']);
        $all = [];
        foreach ($status['hot_keys'] ?? [] as $database => $keys) {
            foreach ($keys as $row) {
                $all[] = [(string) $row['key'], Prefixes::place((string) $database, $row), $row['count'], $row['error'], $row['hot'] ?? false];
            }
        }
        usort($all, static fn (array $one, array $other) => $other[2] <=> $one[2]);
        foreach ($all as [$key, $place, $count, $error, $is_hot]) {
            $table->add([$key, $place, Text::count($count), Text::count($error)], $is_hot ? 'yellow' : '');
        }
        return $table;
    }
}
