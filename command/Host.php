<?php

declare(strict_types=1);

namespace Strata\Command;

/** Where orders are carried out: in a process that shares the memory of its host, or in this one. */
abstract class Host
{
    /** How many warnings there were. */
    public int $warnings = 0;

    /** Where the answers are from, for headings. */
    abstract public function name(): string;

    /** Whether what it says of nodes, and what it is told of them, is that of a running PHP. */
    abstract public function is_running(): bool;

    /** What Orders::perform() yields. @param array<int, mixed> $order @return iterable<array<string, mixed>> */
    abstract protected function frames(array $order): iterable;

    /** The host that the command line names. */
    public static function join(Arguments $arguments, Terminal $terminal): self
    {
        $address = $arguments->text('fcgi', getenv('STRATA_FCGI') ?: null);
        return $address !== null ? new Pool($address, $arguments) : new OwnProcess($terminal);
    }

    /**
     * The answers to one order, each as it comes. Warnings go to stderr.
     *
     * @return iterable<mixed>
     * @throws Problem
     */
    public function answers(string $name, mixed ...$arguments): iterable
    {
        foreach ($this->frames([$name, ...$arguments]) as $frame) {
            foreach ($frame['warnings'] ?? [] as $warning) {
                $this->warnings++;
                Terminal::complain('warning: ' . $warning);
            }
            if (isset($frame['problem'])) {
                throw Problem::failed((string) $frame['problem']);
            }
            yield $frame['answer'] ?? null;
        }
    }

    /** The one answer to an order. */
    public function ask(string $name, mixed ...$arguments): mixed
    {
        $last = null;
        foreach ($this->answers($name, ...$arguments) as $answer) {
            $last = $answer;
        }
        return $last;
    }

    /** @return array<string, mixed> of strata_status() */
    public function status(): array
    {
        return $this->ask('status')['status'];
    }

    /** The databases of it. @return string[] */
    public function databases(): array
    {
        return array_map(strval(...), array_keys($this->status()['databases']));
    }
}
