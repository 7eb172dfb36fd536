<?php

declare(strict_types=1);

namespace Strata\Command;

/** What strata_status() says, as tables. */
final class Tables
{
    /** Ends of exchanges that are no failure of a node. */
    private const GOOD = ['ok', 'slow', 'local'];

    /** @param array<string, mixed> $status */
    public static function databases(array $status): Table
    {
        $table = new Table(['DATABASE', 'TIER', '>HITS', '>MISSES', '>RATIO', '>SETS', '>DELETES', '>STALE', 'REASONS']);
        foreach ($status['databases'] as $database => $tiers) {
            unset($tiers['shadow']);
            if ($tiers === []) {
                $table->add([(string) $database, 'not used yet', '', '', '', '', '', '', ''], 'dim');
            }
            foreach ($tiers as $tier => $row) {
                $table->add([(string) $database, (string) $tier, Text::count($row['hits']), Text::count($row['misses']),
                    Text::ratio($row['hits'], $row['hits'] + $row['misses']), Text::count($row['sets']), Text::count($row['deletes']),
                    Text::count($row['stale']), self::reasons($row['reasons'] ?? [])]);
            }
        }
        return $table;
    }

    /** Of databases that move. @param array<string, mixed> $status */
    public static function shadows(array $status): Table
    {
        $table = new Table(['MOVES', 'MODE', 'ANSWERS', 'FOLLOWS', '>WAITING', '>COPIED', '>DROPPED', '>COMPARED', '>DIFFER']);
        foreach ($status['databases'] as $database => $parts) {
            if (!isset($parts['shadow'])) {
                continue;
            }
            $shadow = $parts['shadow'];
            $compared = array_sum($shadow['classes']);
            $table->add([(string) $database, $shadow['mode'] . ($shadow['refused'] !== null ? ', refused' : ''), self::place($shadow['answers']),
                self::place($shadow['follows']), Text::count($shadow['waiting']), Text::count($shadow['counts']['copied']),
                Text::count($shadow['counts']['dropped']), Text::count($compared), Text::count($compared - $shadow['classes']['equal'])],
                $shadow['refused'] !== null ? 'red' : ($shadow['counts']['dropped'] > 0 ? 'yellow' : ''));
        }
        return $table;
    }

    /** @param string[] $servers */
    private static function place(array $servers): string
    {
        return match (count($servers)) { 0 => '-', 1 => $servers[0], default => $servers[0] . ' and ' . count($servers) - 1 . ' more' };
    }

    /** @param array<string, int> $reasons */
    private static function reasons(array $reasons): string
    {
        arsort($reasons);
        return implode(', ', array_map(static fn (string $name, int $count) => "$name " . Text::count($count), array_keys($reasons), $reasons));
    }

    /** @param array<string, mixed> $status */
    public static function nodes(array $status): Table
    {
        $table = new Table(['NODE', 'PROTOCOL', 'STATE', 'CAUSE', '>LEFT', '>P50 ms', '>P99 ms', '>FLIGHT', '>LIMIT', '>OPERATIONS', '>FAILED']);
        foreach ($status['nodes'] as $name => $node) {
            $left = $node['seconds_left'] ?? null;
            $table->add([(string) $name, $node['protocol'] ?? '-', $node['state'] ?? '-', $node['cause'] ?? '-',
                $left === null ? '-' : Text::seconds($left), self::time($node, 'p50'), self::time($node, 'p99'),
                $node['in_flight'] ?? '-', $node['limit'] ?? '-', Text::count($node['operations']), Text::count(self::failures($node))],
                self::colour($node));
        }
        return $table;
    }

    /** @param array<string, mixed> $node */
    public static function time(array $node, string $share): string
    {
        $time = $node['milliseconds'][$share] ?? null;
        return $time === null ? '-' : sprintf($time < 10 ? '%.2f' : '%.0f', $time);
    }

    /** @param array<string, mixed> $node */
    public static function failures(array $node): int
    {
        return array_sum(array_diff_key($node['outcomes'] ?? [], array_flip(self::GOOD)));
    }

    /** @param array<string, mixed> $node */
    public static function colour(array $node): string
    {
        return match ($node['state'] ?? 'closed') {
            'closed', 'forced_closed' => '',
            'open', 'forced_open' => 'red',
            default => 'yellow',
        };
    }

    /** @param array<string, mixed> $status */
    public static function refused(array $status): Table
    {
        $table = new Table(['REFUSED', 'PLACE', '>TIMES', 'SENTENCE']);
        foreach ($status['configuration']['refused'] ?? [] as $row) {
            $table->add([$row['directive'], $row['place'], Text::count($row['count']), $row['sentence']], 'red');
        }
        foreach ($status['configuration']['unconfigured'] ?? [] as $database => $sentence) {
            $table->add([(string) $database, 'database', '', "answers Unconfigured: $sentence"], 'red');
        }
        return $table;
    }

    /** @param array<string, mixed> $status */
    public static function anomalies(array $status, int $most): Table
    {
        $table = new Table(['WHEN', 'NODE', 'EVENT']);
        foreach (array_slice($status['anomalies'], 0, $most) as $row) {
            $table->add([date('Y-m-d H:i:s', (int) $row['time']), $row['node'], $row['event']]);
        }
        return $table;
    }

    /** What became of servers last. @param array<string, mixed> $status @return string[] clean lines */
    public static function last_errors(array $status): array
    {
        $lines = [];
        foreach ($status['nodes'] as $name => $node) {
            if (isset($node['last_error'])) {
                $lines[] = Text::clean("$name: " . date('Y-m-d H:i:s', (int) $node['last_error']['time']) . ", "
                    . Text::count($node['last_error']['count']) . " times: {$node['last_error']['text']}");
            }
        }
        return $lines;
    }
}
