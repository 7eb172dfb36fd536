<?php

declare(strict_types=1);

namespace Strata\Command;

/**
 * Of the section "prefixes" of strata_status(): over the tiers of each. A key goes through the nearest tier and then
 * perhaps through others, so there are as many operations as the tier has that saw most of them, and the hits of all.
 */
final class Prefixes
{
    /**
     * @param array<string, mixed> $status
     * @return array<int, array{name: string, database: string, prefix: string, operations: int|float, hits: int|float, bytes_in: int|float, bytes_out: int|float}>
     */
    public static function of(array $status): array
    {
        $rows = [];
        foreach ($status['prefixes'] ?? [] as $row) {
            $sums = ['operations' => 0, 'hits' => 0, 'bytes_in' => 0, 'bytes_out' => 0];
            foreach ($row['tiers'] as $tier) {
                foreach ($sums as $name => $sum) {
                    $sums[$name] = $name === 'operations' ? max($sum, $tier[$name] ?? 0) : $sum + ($tier[$name] ?? 0);
                }
            }
            $place = self::place((string) $row['database'], $row);
            $rows[] = ['name' => "$place/{$row['prefix']}", 'database' => $place, 'prefix' => (string) $row['prefix']] + $sums;
        }
        return $rows;
    }

    /** The database, and the namespace where there is one. @param array<string, mixed> $row */
    public static function place(string $database, array $row): string
    {
        return $database . (($row['namespace'] ?? '') !== '' ? "/{$row['namespace']}" : '');
    }

    /** The array with these sums under "prefix sums", by which rates are told. @param array<string, mixed> $status @return array<string, mixed> */
    public static function with_sums(array $status): array
    {
        return $status + ['prefix sums' => array_column(self::of($status), 'operations', 'name')];
    }
}
