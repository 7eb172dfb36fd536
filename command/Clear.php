<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata clear: makes every value of a database or of a namespace unreachable. */
final class Clear extends SubCommand
{
    public function run(): int
    {
        $this->arguments->expect(2, ['json', ...self::JOINING]);
        $database = $this->arguments->operand(1, 'a database');
        $namespace = $this->arguments->operands[2] ?? '';
        $host = $this->host();
        $answer = $host->ask('clear', $database, $namespace);
        if (!$host->is_running() && $answer['tiers'] === ['local'] && !$this->shares_values($host)) {
            throw Problem::failed("$database has no servers here, so nothing was cleared but memory of this process: name a php-fpm by --fcgi SOCKET");
        }
        if ($this->arguments->has('json')) {
            $this->print_json(['database' => $database, 'namespace' => $namespace, 'done' => $answer['done']]);
        } else {
            $what = Text::clean($database . ($namespace !== '' ? ", namespace $namespace" : ''));
            $this->print([$answer['done'] ? "$what: cleared" : "$what: not confirmed; strata nodes says which server has a problem"]);
        }
        return $answer['done'] ? self::DONE : self::NOT;
    }

    private function shares_values(Host $host): bool
    {
        return $host->status()['segment']['serves'] === true;
    }
}
