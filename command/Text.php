<?php

declare(strict_types=1);

namespace Strata\Command;

/**
 * Texts of others, as they may go to a terminal: keys, names and messages hold whatever bytes a program or a server put
 * there. Nothing here needs mbstring.
 */
final class Text
{
    /** Zero columns: what combines with the character before, and what is invisible. */
    private const NARROW = '/^[\p{Mn}\p{Me}]$/u';

    /** Two columns, after the East Asian Width of Unicode (UAX 11). */
    private const WIDE = '/^[\x{1100}-\x{115F}\x{2E80}-\x{303E}\x{3041}-\x{A4CF}\x{AC00}-\x{D7A3}\x{F900}-\x{FAFF}'
        . '\x{FE30}-\x{FE6F}\x{FF00}-\x{FF60}\x{FFE0}-\x{FFE6}\x{1F300}-\x{1F64F}\x{1F680}-\x{1F6FF}'
        . '\x{1F900}-\x{1F9FF}\x{20000}-\x{3FFFD}]$/u';

    /** What moves the cursor, turns the direction of a line, cannot be seen, or has no meaning. */
    private const HIDDEN = '/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u';

    /** Where the terminal does not take UTF-8, its bytes could be control characters. */
    public static bool $ascii = false;

    /** One line without control characters: those are shown as \n, \e, \u{202e} or, out of UTF-8, as \xff. */
    public static function clean(string $text): string
    {
        $clean = preg_replace_callback(self::HIDDEN, static fn (array $found) => self::escape($found[0]), self::valid($text));
        return self::$ascii
            ? preg_replace_callback('/[^\x00-\x7f]/u', static fn (array $found) => self::escape($found[0]), $clean)
            : $clean;
    }

    /** As clean(), but lines stay lines, and a tab is four blanks. */
    public static function clean_lines(string $text): string
    {
        return implode("\n", array_map(self::clean(...), explode("\n", str_replace("\t", '    ', $text))));
    }

    /** In UTF-8: what is none is shown as \xff. */
    public static function valid(string $text): string
    {
        if (preg_match('//u', $text) === 1) {
            return $text;
        }
        $good = '[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}'
            . '|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}';
        return preg_replace_callback("/((?:$good)+)|(.)/s",
            static fn (array $found) => $found[1] !== '' ? $found[1] : sprintf('\x%02x', ord($found[2])), $text);
    }

    private static function escape(string $character): string
    {
        return match ($character) {
            "\n" => '\n', "\r" => '\r', "\t" => '\t', "\e" => '\e', "\0" => '\0',
            default => sprintf('\u{%x}', self::code_point($character)),
        };
    }

    private static function code_point(string $character): int
    {
        $first = ord($character[0]);
        $code = match (strlen($character)) { 1 => $first, 2 => $first & 0x1f, 3 => $first & 0x0f, default => $first & 0x07 };
        for ($at = 1; $at < strlen($character); $at++) {
            $code = $code << 6 | ord($character[$at]) & 0x3f;
        }
        return $code;
    }

    /** @return string[] */
    private static function characters(string $text): array
    {
        return preg_split('//u', $text, -1, PREG_SPLIT_NO_EMPTY) ?: [];
    }

    private static function columns(string $character): int
    {
        return match (true) {
            strlen($character) === 1 => 1,
            preg_match(self::NARROW, $character) === 1 => 0,
            default => preg_match(self::WIDE, $character) === 1 ? 2 : 1,
        };
    }

    /** Columns of a clean text on a terminal. */
    public static function width(string $text): int
    {
        return preg_match('/[^\x00-\x7f]/', $text) ? array_sum(array_map(self::columns(...), self::characters($text))) : strlen($text);
    }

    /** At most so many columns of a clean text; what is left out is one mark. */
    public static function cut(string $text, int $width): string
    {
        if (self::width($text) <= $width) {
            return $text;
        }
        $kept = '';
        $left = $width - 1;
        foreach (self::characters($text) as $character) {
            $left -= self::columns($character);
            if ($left < 0) {
                break;
            }
            $kept .= $character;
        }
        return $width < 1 ? '' : $kept . (self::$ascii ? '~' : '…');
    }

    /** Filled with blanks, behind or before the text. */
    public static function pad(string $text, int $width, bool $right = false): string
    {
        $blanks = str_repeat(' ', max(0, $width - self::width($text)));
        return $right ? $blanks . $text : $text . $blanks;
    }

    public static function bytes(int|float $bytes): string
    {
        $units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
        $unit = 0;
        for ($value = (float) $bytes; $value >= 1024 && $unit < 4; $unit++) {
            $value /= 1024;
        }
        return $unit === 0 ? "$bytes B" : sprintf($value < 100 ? '%.1f %s' : '%.0f %s', $value, $units[$unit]);
    }

    /** 12,345 up to a million, then 1.2M. */
    public static function count(int|float $count): string
    {
        return match (true) {
            $count >= 1e9 => sprintf('%.1fG', $count / 1e9),
            $count >= 1e6 => sprintf('%.1fM', $count / 1e6),
            default => number_format((float) $count),
        };
    }

    public static function ratio(int|float $part, int|float $all): string
    {
        return $all > 0 ? sprintf('%.1f%%', 100 * $part / $all) : '-';
    }

    public static function seconds(int|float $seconds): string
    {
        return match (true) {
            $seconds < 10 => rtrim(rtrim(sprintf('%.1f', $seconds), '0'), '.') . ' s',
            $seconds < 120 => sprintf('%d s', $seconds),
            $seconds < 7200 => sprintf('%d min', $seconds / 60),
            $seconds < 172800 => sprintf('%d h', $seconds / 3600),
            default => sprintf('%d days', $seconds / 86400),
        };
    }
}
