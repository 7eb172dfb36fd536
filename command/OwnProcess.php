<?php

declare(strict_types=1);

namespace Strata\Command;

/**
 * This process, with the php.ini of the command line: it speaks to the servers, and shares the values of php-fpm where
 * strata.segment names one. Breakers and counters are always its own.
 */
final class OwnProcess extends Host
{
    private const WITHOUT = 'add extension=strata to the php.ini of the command line (php --ini names it), name one by --php-ini FILE,'
        . ' or join a php-fpm by --fcgi SOCKET';

    public function __construct(Terminal $terminal)
    {
        if (!extension_loaded('strata')) {
            throw Problem::failed('the extension strata is not loaded in this PHP: ' . self::WITHOUT);
        }
        Terminal::complain('note: ' . $this->state());
    }

    public function name(): string
    {
        return 'this process';
    }

    public function is_running(): bool
    {
        return false;
    }

    /** What it can see, and what it cannot. */
    private function state(): string
    {
        $segment = $this->status()['segment'];
        $there = array_filter((array) glob('/run/php*/*.sock'), is_string(...));
        $way = '--fcgi ' . ($there[0] ?? 'SOCKET') . ' joins php-fpm';
        return match (true) {
            $segment['serves'] => "values are those of the segment {$segment['file']}; what is said of nodes and counts is of this process"
                . " alone; $way",
            $segment['file'] !== null => "the segment {$segment['file']} is in use and gives this process no value: "
                . ($segment['problem'] ?: 'it is the superuser\'s; run it as the user of the workers') . "; $way",
            default => 'this process speaks to the servers only and sees no memory of php-fpm'
                . ($segment['problem'] ? " ({$segment['problem']})" : '') . ": $way, or strata.segment in php.ini shares its values",
        };
    }

    protected function frames(array $order): iterable
    {
        return Orders::perform($order);
    }
}
