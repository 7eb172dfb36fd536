<?php

declare(strict_types=1);

namespace Strata\Command;

/** A topology file that counts from a moment on: FILE.next beside FILE. */
final class Coming
{
    public const END = '.next';

    /** Options that say where a database is, and which of two places answers. */
    private const PLACES = ['memcached', 'redis', 'shadow_memcached', 'shadow_redis', 'shadow_mode'];

    private const WORDS = ['shadow_mode', 'shadow_fill'];

    /** Seconds since 1970; null where the file does not say it. */
    public readonly ?int $from;
    /** @var array<string, array<string, array{now: ?string, then: ?string}>> by database and option */
    public array $changes = [];
    private ?string $copy = null;

    public function __construct(public readonly string $file)
    {
        $this->from = self::moment((string) @file_get_contents($file));
    }

    public function __destruct()
    {
        if ($this->copy !== null) {
            @unlink($this->copy);
        }
    }

    /** Of this topology file; null where there is none. */
    public static function of(string $file): ?self
    {
        return $file !== '' && is_readable($file . self::END) ? new self($file . self::END) : null;
    }

    private static function moment(string $text): ?int
    {
        if (!preg_match('/^[ \t]*from[ \t]*=[ \t]*"?([^";\s]+)/m', $text, $found)) {
            return null;
        }
        $form = '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/i';
        $moment = preg_match($form, $found[1]) ? strtotime($found[1]) : false;
        return $moment === false ? null : $moment;
    }

    /** A file that says the same and counts at once, for a trial. */
    public function as_of_now(): string
    {
        if ($this->copy === null) {
            $this->copy = (string) tempnam(sys_get_temp_dir(), 'strata_next_');
            chmod($this->copy, 0600);
            /* The line stays, so that messages name the right ones. */
            file_put_contents($this->copy, preg_replace('/^[ \t]*from[ \t]*=.*$/m', ';', (string) file_get_contents($this->file)));
        }
        return $this->copy;
    }

    /** A sentence about the copy is about the file, which is not in force yet. */
    public function name_in(string $sentence): string
    {
        return $this->copy === null ? $sentence : str_replace([$this->copy, '; php.ini alone is in force'], [$this->file, ''], $sentence);
    }

    /** What differs between the settings of all databases. @param array<string, array<string, ?string>> $now @param array<string, array<string, ?string>> $then */
    public function compare(array $now, array $then): void
    {
        foreach ($then as $database => $options) {
            foreach ($options as $option => $text) {
                $before = $now[$database][$option] ?? null;
                if ($before !== $text && $option !== 'topology') {
                    $this->changes[(string) $database][(string) $option] = ['now' => $before, 'then' => $text];
                }
            }
            if (isset($this->changes[(string) $database])) {
                uksort($this->changes[(string) $database], static fn (string $one, string $other) => [!in_array($one, self::PLACES, true), $one]
                    <=> [!in_array($other, self::PLACES, true), $other]);
            }
        }
    }

    /** "… counts from 2026-12-01 03:00:00 UTC (04:00:00 CET), in 14 h" */
    public function sentence(int $now): string
    {
        if ($this->from === null) {
            return "$this->file never counts: no line of it says from = 2026-12-01T03:00:00Z, or another moment like that";
        }
        $utc = gmdate('Y-m-d H:i:s', $this->from) . ' UTC';
        $local = date('T') === 'UTC' ? '' : ' (' . date(date('Y-m-d', $this->from) === gmdate('Y-m-d', $this->from) ? 'H:i:s T' : 'Y-m-d H:i:s T', $this->from) . ')';
        return "$this->file counts from $utc$local, " . ($this->from > $now ? 'in ' . Text::seconds($this->from - $now)
            : 'which was ' . Text::seconds($now - $this->from) . ' ago: hosts that find it take it over at once');
    }

    public function table(): Table
    {
        $table = new Table(['DATABASE', 'OPTION', 'NOW', 'THEN']);
        foreach ($this->changes as $database => $options) {
            foreach ($options as $option => $texts) {
                $table->add([(string) $database, $option, self::shown($option, $texts['now']), self::shown($option, $texts['then'])]);
            }
        }
        return $table;
    }

    /** PHP reads an unquoted off as nothing, and on as 1. */
    private static function shown(string $option, ?string $text): string
    {
        $is_word = in_array($option, self::WORDS, true);
        return match (true) {
            $text === null => 'refused',
            $text === '' => $is_word ? 'off' : 'none',
            $text === '1' && $is_word => 'on',
            default => $text,
        };
    }

    /** @return array<string, mixed> */
    public function for_programs(): array
    {
        return ['file' => $this->file, 'from' => $this->from, 'changes' => $this->changes];
    }
}
