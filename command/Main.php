<?php

declare(strict_types=1);

namespace Strata\Command;

/** From the words of a command line to an exit code. */
final class Main
{
    private const SUB_COMMANDS = [
        'status' => Status::class, 'top' => Top::class, 'nodes' => Nodes::class, 'node' => Node::class, 'keys' => Keys::class,
        'get' => Get::class, 'clear' => Clear::class, 'purge' => Purge::class, 'check' => Check::class, 'diff' => Diff::class,
        'metrics' => Metrics::class, 'version' => Version::class, 'help' => Help::class,
    ];

    /** @param string[] $words */
    public static function run(array $words): int
    {
        /* What PHP itself has to say must not stand between what is printed. */
        ini_set('display_errors', 'stderr');
        ini_set('html_errors', '0');
        $terminal = new Terminal();
        self::clean_up_on_signals($terminal);
        try {
            $arguments = new Arguments($words);
            self::start_with_php_ini($arguments);
            return self::sub_command($arguments, $terminal)->run();
        } catch (Problem $problem) {
            $terminal->leave();
            Terminal::complain($problem->getMessage());
            return $problem->getCode();
        } finally {
            $terminal->leave();
            Script::remove_all();
        }
    }

    private static function sub_command(Arguments $arguments, Terminal $terminal): SubCommand
    {
        if ($arguments->has('version') && $arguments->operands === []) {
            $arguments->operands = ['version'];
        } elseif ($arguments->has('help') || $arguments->operands === []) {
            if (!$arguments->has('help')) {
                fwrite(STDERR, Help::short() . "\n");
                throw Problem::usage('a sub-command is missing');
            }
            $arguments = new Arguments(['help', ...array_slice($arguments->operands, 0, 1)]);
        }
        $name = $arguments->operands[0];
        $class = self::SUB_COMMANDS[$name] ?? throw Problem::usage('there is no sub-command "' . Text::clean($name) . '"; accepted: '
            . implode(', ', array_keys(self::SUB_COMMANDS)));
        return new $class($arguments, $terminal);
    }

    /** A PHP reads its php.ini when it starts. One that joins a php-fpm, or starts others, needs none. */
    private static function start_with_php_ini(Arguments $arguments): void
    {
        $file = $arguments->text('php-ini');
        if ($file === null || ($arguments->operands[0] ?? '') === 'check' || $arguments->text('fcgi', getenv('STRATA_FCGI') ?: null) !== null) {
            return;
        }
        if (!is_readable($file)) {
            throw Problem::usage('--php-ini: ' . Text::clean($file) . ' cannot be read');
        }
        $words = ['-c', $file, $_SERVER['SCRIPT_FILENAME'], ...$arguments->words(['php-ini'])];
        if (function_exists('pcntl_exec')) {
            pcntl_exec(PHP_BINARY, $words);
        }
        $process = proc_open([PHP_BINARY, ...$words], [STDIN, STDOUT, STDERR], $pipes);
        exit($process === false ? Problem::FAILED : proc_close($process));
    }

    private static function clean_up_on_signals(Terminal $terminal): void
    {
        if (!function_exists('pcntl_async_signals')) {
            return;
        }
        pcntl_async_signals(true);
        foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
            pcntl_signal($signal, static function (int $signal) use ($terminal): never {
                $terminal->leave();
                Script::remove_all();
                exit(128 + $signal);
            }, false);
        }
    }
}
