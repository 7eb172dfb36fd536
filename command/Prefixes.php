<?php

declare(strict_types=1);

namespace Strata\Command;

/** Of the section "prefixes" of strata_status(): sums over the tiers of each. */
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
                    $sums[$name] = $sum + ($tier[$name] ?? 0);
                }
            }
            $rows[] = ['name' => "{$row['database']}/{$row['prefix']}", 'database' => $row['database'], 'prefix' => $row['prefix']] + $sums;
        }
        return $rows;
    }

    /** The array with these sums under "prefix sums", by which rates are told. @param array<string, mixed> $status @return array<string, mixed> */
    public static function with_sums(array $status): array
    {
        return $status + ['prefix sums' => array_column(self::of($status), 'operations', 'name')];
    }
}
