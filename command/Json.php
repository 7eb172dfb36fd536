<?php

declare(strict_types=1);

namespace Strata\Command;

/** What --json prints: for programs, and harmless on a terminal. */
final class Json
{
    /** Of strata_status(): maps, which are {} where they are empty. */
    private const MAPS = ['databases', 'nodes', 'policies', 'rings', 'clusters', 'mixed_users', 'names', 'unconfirmed', 'reasons',
        'hot_keys', 'unconfigured', 'settings', 'servers'];

    public static function text(mixed $value): string
    {
        $flags = JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION | JSON_PARTIAL_OUTPUT_ON_ERROR;
        /* All else that could move a cursor is escaped by json_encode(). */
        return str_replace("\x7f", '\u007f', (string) json_encode(self::prepare($value, ''), $flags)) . "\n";
    }

    private static function prepare(mixed $value, string $name): mixed
    {
        if (is_string($value)) {
            return Text::valid($value);
        }
        if (!is_array($value)) {
            return $value;
        }
        $prepared = [];
        foreach ($value as $key => $part) {
            $prepared[is_string($key) ? Text::valid($key) : $key] = self::prepare($part, (string) $key);
        }
        return $prepared === [] && in_array($name, self::MAPS, true) ? new \stdClass() : $prepared;
    }
}
