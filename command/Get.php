<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata get: what fetch() says of a key, and the value where it is asked for. */
final class Get extends SubCommand
{
    private const TIERS = ['local', 'memcached', 'redis'];

    public function run(): int
    {
        $this->arguments->expect(1, ['json', 'value', 'from', 'database', 'namespace', ...self::JOINING]);
        $key = $this->arguments->operand(1, 'a key');
        $from = $this->arguments->text('from');
        if ($from !== null && !in_array($from, self::TIERS, true)) {
            throw Problem::usage('--from: "' . Text::clean($from) . '" is no tier; accepted: ' . implode(', ', self::TIERS));
        }
        $found = $this->host()->ask('get', $this->database(), $this->namespace(), $key, $from, $this->arguments->has('value'));
        $code = match ($found['status']) {
            'hit', 'stale' => self::DONE,
            'miss' => self::NOT,
            default => Problem::FAILED,
        };
        if ($this->arguments->has('json')) {
            $this->print_json($found);
        } elseif ($this->arguments->has('value')) {
            $this->print_value($found);
        } else {
            $this->print($this->lines($found));
        }
        return $code;
    }

    /** As it is for a program; for a terminal, what could move its cursor is shown. @param array<string, mixed> $found */
    private function print_value(array $found): void
    {
        if (!isset($found['value'])) {
            Terminal::complain("{$found['key']}: {$found['status']}" . ($found['reason'] !== null ? ", {$found['reason']}" : ''));
        } elseif ($this->terminal->is_terminal) {
            $this->terminal->write(Text::clean_lines($found['value']) . "\n");
        } else {
            $this->terminal->write($found['value']);
        }
    }

    /** @param array<string, mixed> $found @return string[] */
    private function lines(array $found): array
    {
        $lines = [];
        foreach (array_diff_key($found, ['size' => 0]) as $name => $value) {
            $shown = match (true) {
                $name === 'age' => $value === null ? '-' : Text::seconds($value),
                $name === 'ttl' => $value === null ? 'no end, or not known' : Text::seconds($value),
                $name === 'type' && $value === 'string' => 'string of ' . Text::bytes($found['size']),
                $name === 'type' && $value === 'array' => "array of {$found['size']}",
                default => (string) ($value ?? '-'),
            };
            $lines[] = Text::pad($name, 8) . Text::clean($shown);
        }
        return $lines;
    }
}
