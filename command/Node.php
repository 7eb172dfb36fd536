<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata node: takes a server out for all processes of the host, or gives it back. */
final class Node extends SubCommand
{
    private const ACTIONS = ['disable', 'drain', 'enable', 'auto'];
    private const UNITS = ['' => 1, 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400];
    private const LONGEST = 30 * 86400;

    public function run(): int
    {
        $this->arguments->expect(3, ['json', ...self::JOINING]);
        $node = $this->arguments->operand(1, 'the name of a node, as strata nodes shows it,');
        $action = $this->arguments->operand(2, 'an action (' . implode(', ', self::ACTIONS) . ')');
        if (!in_array($action, self::ACTIONS, true)) {
            throw Problem::usage('"' . Text::clean($action) . '" is no action; accepted: ' . implode(', ', self::ACTIONS));
        }
        $seconds = self::seconds($this->arguments->operands[3] ?? '0');
        $host = $this->host();
        if (!$host->is_running()) {
            throw Problem::failed('what is said of a node counts for one start of PHP, and this one ends with the command: name a php-fpm by'
                . ' --fcgi SOCKET; for a whole fleet, and without a time, use the disabled list of the topology file');
        }
        $answer = $host->ask('node', $node, $action, $seconds);
        /* The warning has said it. */
        return $answer['done'] || $host->warnings === 0 ? $this->tell($answer, $node, $action, $seconds) : Problem::FAILED;
    }

    /** @param array{done: bool, nodes: string[]} $answer */
    private function tell(array $answer, string $node, string $action, int $seconds): int
    {
        $code = $answer['done'] ? self::DONE : self::NOT;
        if ($this->arguments->has('json')) {
            $this->print_json(['node' => $node, 'action' => $action, 'seconds' => $seconds, 'done' => $answer['done']]);
            return $code;
        }
        if ($answer['done']) {
            $this->print([Text::clean("$node: $action" . ($seconds > 0 ? ' for ' . Text::seconds($seconds) : ' until told otherwise'))]);
        } elseif (!in_array($node, array_map(strval(...), $answer['nodes']), true)) {
            Terminal::complain("$node: no process of this host has used such a server; there are: " . (implode(', ', $answer['nodes']) ?: 'none'));
        }
        return $code;
    }

    private static function seconds(string $text): int
    {
        if (!preg_match('/^(\d{1,7})([smhd]?)$/', $text, $found) || $found[1] * self::UNITS[$found[2]] > self::LONGEST) {
            throw Problem::usage('"' . Text::clean($text) . '" is no time; accepted: 0 (until told otherwise) to 30d, as in 30, 5m, 2h');
        }
        return $found[1] * self::UNITS[$found[2]];
    }
}
