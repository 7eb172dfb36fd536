<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata keys: those of the local tier that begin in one way. */
final class Keys extends SubCommand
{
    public function run(): int
    {
        $this->arguments->expect(1, ['json', 'database', 'namespace', 'limit', ...self::JOINING]);
        $prefix = $this->arguments->operand(1, 'a prefix ("" for all)');
        $limit = (int) $this->arguments->number('limit', 100, 1, 10000);
        $answer = $this->host()->ask('keys', $this->database(), $this->namespace(), $prefix, $limit);
        if ($this->arguments->has('json')) {
            return $this->print_json(['keys' => array_map(self::for_programs(...), $answer['keys']), 'more' => $answer['more']]);
        }
        $table = new Table(['KEY', 'TYPE', '>SIZE', '>TTL', '>LOCAL', '>AGE', '>TAGS']);
        foreach ($answer['keys'] as $row) {
            $table->add([$row['key'], $row['type'], Text::bytes($row['size']), self::time($row['ttl']), self::time($row['local_ttl']),
                self::time($row['age']), $row['tags']]);
        }
        $this->print($table->is_empty() ? [] : $table->lines($this->terminal));
        if ($answer['more']) {
            Terminal::complain('note: there may be more; --limit shows up to 10000');
        }
        return $table->is_empty() ? self::NOT : self::DONE;
    }

    private static function time(?float $seconds): string
    {
        return $seconds === null ? '-' : Text::seconds($seconds);
    }

    /** JSON has no other bytes than UTF-8. @param array<string, mixed> $row @return array<string, mixed> */
    private static function for_programs(array $row): array
    {
        return $row + (preg_match('//u', $row['key']) === 1 ? [] : ['key_base64' => base64_encode($row['key'])]);
    }
}
