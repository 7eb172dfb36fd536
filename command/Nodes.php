<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata nodes: each server, its breaker, its times, and what went wrong last. */
final class Nodes extends SubCommand
{
    public function run(): int
    {
        $this->arguments->expect(0, ['json', ...self::JOINING]);
        $status = $this->host()->status();
        if ($this->arguments->has('json')) {
            return $this->print_json(['nodes' => $status['nodes']]);
        }
        $table = Tables::nodes($status);
        $this->print($table->is_empty() ? ['no server was asked yet'] : $table->lines($this->terminal));
        $errors = Tables::last_errors($status);
        $this->print($errors === [] ? [] : ['', 'last errors', ...$errors]);
        return self::DONE;
    }
}
