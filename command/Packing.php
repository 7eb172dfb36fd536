<?php

declare(strict_types=1);

namespace Strata\Command;

/**
 * Values between this process and a worker: JSON, which cannot build objects as unserialize() can. Strings and names of
 * any bytes pass: one that is no UTF-8, or begins with a tilde, has "~b" and base64, or "~~", in front.
 */
final class Packing
{
    public static function pack(mixed $value): string
    {
        return (string) json_encode(self::mark($value), JSON_PRESERVE_ZERO_FRACTION | JSON_PARTIAL_OUTPUT_ON_ERROR);
    }

    /** @throws \JsonException when it is no JSON */
    public static function unpack(string $text): mixed
    {
        return self::unmark(json_decode($text, true, 512, JSON_THROW_ON_ERROR));
    }

    private static function mark(mixed $value): mixed
    {
        if (is_string($value)) {
            return self::mark_text($value);
        }
        if (!is_array($value)) {
            return $value;
        }
        $marked = [];
        foreach ($value as $name => $part) {
            $marked[is_string($name) ? self::mark_text($name) : $name] = self::mark($part);
        }
        return $marked;
    }

    private static function mark_text(string $text): string
    {
        if (preg_match('//u', $text) !== 1) {
            return '~b' . base64_encode($text);
        }
        return str_starts_with($text, '~') ? '~~' . substr($text, 1) : $text;
    }

    private static function unmark(mixed $value): mixed
    {
        if (is_string($value)) {
            return self::unmark_text($value);
        }
        if (!is_array($value)) {
            return $value;
        }
        $plain = [];
        foreach ($value as $name => $part) {
            $plain[is_string($name) ? self::unmark_text($name) : $name] = self::unmark($part);
        }
        return $plain;
    }

    private static function unmark_text(string $text): string
    {
        return match (substr($text, 0, 2)) {
            '~b' => (string) base64_decode(substr($text, 2)),
            '~~' => substr($text, 1),
            default => $text,
        };
    }
}
