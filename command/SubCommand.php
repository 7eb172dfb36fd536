<?php

declare(strict_types=1);

namespace Strata\Command;

/** One sub-command. */
abstract class SubCommand
{
    /** What was asked came true; it did not, as for a miss; see Problem for 2 and 3. */
    public const DONE = 0, NOT = 1;

    /** Options that join a host. */
    protected const JOINING = ['fcgi', 'temporary', 'chroot', 'wait', 'php-ini'];

    public function __construct(protected Arguments $arguments, protected Terminal $terminal)
    {
    }

    /** Does it, and returns the exit code. */
    abstract public function run(): int;

    protected function host(): Host
    {
        return Host::join($this->arguments, $this->terminal);
    }

    /** @param string[] $lines */
    protected function print(array $lines): void
    {
        $this->terminal->write(implode('', array_map(static fn (string $line) => "$line\n", $lines)));
    }

    protected function print_json(mixed $value): int
    {
        $this->terminal->write(Json::text($value));
        return self::DONE;
    }

    protected function database(): string
    {
        return (string) $this->arguments->text('database', 'default');
    }

    protected function namespace(): string
    {
        return (string) $this->arguments->text('namespace', '');
    }
}
