<?php

declare(strict_types=1);

namespace Strata\Command;

/** Differences of two status arrays, for each second between them. */
final class Rates
{
    /** @param array<string, mixed> $before @param array<string, mixed> $now */
    public function __construct(private array $before, private array $now, private float $seconds)
    {
    }

    /**
     * How often a second this counter rose: a path of names. Null where it was not there before, or went back, as when
     * php-fpm was reloaded meanwhile.
     */
    public function of(string ...$path): ?float
    {
        [$before, $now] = [self::at($this->before, $path), self::at($this->now, $path)];
        $rose = $before !== null && $now !== null ? $now - $before : -1;
        return $rose >= 0 && $this->seconds > 0 ? $rose / $this->seconds : null;
    }

    /** As a text. */
    public static function text(?float $rate): string
    {
        return match (true) {
            $rate === null => '-',
            $rate > 0 && $rate < 10 => sprintf('%.1f', $rate),
            default => Text::count(round($rate)),
        };
    }

    /** The sum, where at least one is known. */
    public static function sum(?float ...$rates): ?float
    {
        $known = array_filter($rates, is_float(...));
        return $known === [] ? null : (float) array_sum($known);
    }

    /** @param array<string, mixed> $status @param string[] $path */
    private static function at(array $status, array $path): int|float|null
    {
        foreach ($path as $name) {
            if (!is_array($status) || !isset($status[$name])) {
                return null;
            }
            $status = $status[$name];
        }
        return is_int($status) || is_float($status) ? $status : null;
    }
}
