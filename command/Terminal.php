<?php

declare(strict_types=1);

namespace Strata\Command;

/** Where the output goes. On a terminal it may have colours and, for a screen that renews itself, the keyboard. */
final class Terminal
{
    private const COLOURS = ['bold' => '1', 'dim' => '2', 'red' => '31', 'green' => '32', 'yellow' => '33'];

    public readonly bool $is_terminal;
    private bool $has_colours;
    /** What `stty -g` said before, null while the terminal is as it was. */
    private ?string $saved = null;

    public function __construct()
    {
        $this->is_terminal = stream_isatty(STDOUT);
        $this->has_colours = $this->is_terminal && (string) getenv('NO_COLOR') === '' && getenv('TERM') !== 'dumb';
        $locale = getenv('LC_ALL') ?: getenv('LC_CTYPE') ?: getenv('LANG') ?: '';
        Text::$ascii = $this->is_terminal && !preg_match('/utf-?8/i', $locale);
    }

    /** One line for stderr. */
    public static function complain(string $sentence): void
    {
        fwrite(STDERR, 'strata: ' . Text::clean($sentence) . "\n");
    }

    public function write(string $text): void
    {
        $left = $text;
        while ($left !== '') {
            $written = @fwrite(STDOUT, $left);
            if ($written === false || $written === 0) {
                /* As of a pipe to `head`: there is no reader any more. */
                exit(Problem::FAILED);
            }
            $left = substr($left, $written);
        }
    }

    public function colour(string $colour, string $text): string
    {
        return $this->has_colours && $text !== '' ? "\e[" . self::COLOURS[$colour] . "m$text\e[0m" : $text;
    }

    /** Columns and lines. @return array{int, int} */
    public function size(): array
    {
        $said = $this->is_terminal ? (string) self::stty('size') : '';
        if (preg_match('/^(\d+) (\d+)/', $said, $found) && $found[1] > 0 && $found[2] > 0) {
            return [(int) $found[2], (int) $found[1]];
        }
        return [(int) getenv('COLUMNS') ?: 80, (int) getenv('LINES') ?: 24];
    }

    /** Takes the screen and the keyboard, until leave(). False where stdin is no terminal, or there is no stty. */
    public function enter(): bool
    {
        $saved = stream_isatty(STDIN) ? self::stty('-g') : null;
        /* Where PHP cannot take signals, Ctrl-C is a key like any other. */
        $keys = function_exists('pcntl_async_signals') ? 'susp undef' : '-isig';
        if ($saved === null || self::stty("-icanon -echo $keys min 0 time 0") === null) {
            return false;
        }
        $this->saved = trim($saved);
        $this->write("\e[?1049h\e[?25l\e[?7l");
        return true;
    }

    /** Gives back what enter() took; may be called at any time. */
    public function leave(): void
    {
        if ($this->saved !== null) {
            @fwrite(STDOUT, "\e[?7h\e[?25h\e[?1049l");
            self::stty(escapeshellarg($this->saved));
            $this->saved = null;
        }
    }

    /** The whole screen: lines of at most its width. @param string[] $lines */
    public function draw(array $lines): void
    {
        $this->write("\e[H" . implode("\e[K\n", $lines) . "\e[K\e[J");
    }

    /** Waits so long for a key: what was typed, '' when the time is over, null when there is no keyboard any more. */
    public function key(float $seconds): ?string
    {
        $until = microtime(true) + $seconds;
        do {
            $left = max(0, $until - microtime(true));
            [$readers, $none, $nothing] = [[STDIN], null, null];
            if (@stream_select($readers, $none, $nothing, (int) $left, (int) (fmod($left, 1) * 1e6)) > 0) {
                $typed = fread(STDIN, 64);
                return $typed === false || $typed === '' ? null : $typed;
            }
        } while ($left > 0);
        return '';
    }

    private static function stty(string $words): ?string
    {
        $process = @proc_open("stty $words", [STDIN, ['pipe', 'w'], ['file', '/dev/null', 'w']], $pipes);
        if ($process === false) {
            return null;
        }
        $said = stream_get_contents($pipes[1]);
        return proc_close($process) === 0 ? (string) $said : null;
    }
}
