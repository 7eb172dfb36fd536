<?php

declare(strict_types=1);

namespace Strata\Command;

/** A PHP of its own that starts with a configuration, and what it has to say of it. */
final class Trial
{
    /** So a PHP says what it thinks of its directives while it starts, and nowhere else. */
    private const SAID = ['display_errors' => 'stderr', 'display_startup_errors' => '1', 'log_errors' => '0', 'html_errors' => '0',
        'error_reporting' => '-1'];

    /** @var string[] what it said while it started, one sentence each */
    public array $warnings = [];
    /** @var string[] extensions and directives that are added */
    private array $added = [];

    /**
     * @param string|null $file its php.ini; null: that of the command line
     * @param string|null $directory its conf.d; null: that of the command line, or none where a php.ini is named
     * @param array<string, string> $directives
     */
    public function __construct(private ?string $file, private ?string $directory, private array $directives)
    {
    }

    /** The same with these directives in place of its own. @param array<string, string> $directives */
    public function with(array $directives): self
    {
        $other = new self($this->file, $this->directory, $directives + $this->directives);
        $other->added = $this->added;
        return $other;
    }

    /** What the order answers there; null where the extension is not there, or that PHP said nothing. */
    public function ask(string $order, bool $with_extension = false): mixed
    {
        $files = implode('', array_map(static fn (string $part) => 'require ' . var_export(__DIR__ . "/$part.php", true) . ';', ['Packing', 'Orders']));
        $code = "$files foreach (Strata\\Command\\Orders::perform([" . var_export($order, true) . ']) as $frame) {'
            . ' echo "\n", Strata\Command\Packing::pack($frame); }';
        if ($with_extension) {
            $this->added = ['extension' => self::own_extension()];
        }
        [$printed, $said] = $this->run($code);
        $this->hear($said);
        $last = strrchr($printed, "\n");
        try {
            $frame = Packing::unpack($last !== false ? substr($last, 1) : $printed);
        } catch (\JsonException) {
            $frame = null;
        }
        foreach (is_array($frame) ? [...$frame['warnings'] ?? [], ...(array) ($frame['problem'] ?? [])] : [] as $sentence) {
            $this->warnings[] = $sentence;
        }
        return is_array($frame) ? $frame['answer'] ?? null : null;
    }

    /** @return array{string, string} what it printed, to either place */
    private function run(string $code): array
    {
        $words = $this->file !== null ? ['-c', $this->file] : ($this->directory !== null ? ['-c', '/dev/null'] : []);
        foreach ($this->added + self::SAID + $this->directives as $name => $value) {
            array_push($words, '-d', "$name=" . self::quoted($value));
        }
        /* What a named php.ini does not have beside it must not come from the command line's. */
        $scan = $this->directory ?? ($this->file !== null ? '' : null);
        $errors = tmpfile();
        $process = proc_open([PHP_BINARY, ...$words, '-r', $code], [['file', '/dev/null', 'r'], ['pipe', 'w'], $errors], $pipes, null,
            ($scan !== null ? ['PHP_INI_SCAN_DIR' => $scan] : []) + getenv());
        if ($process === false) {
            throw Problem::failed('no second PHP could be started: ' . PHP_BINARY);
        }
        $printed = (string) stream_get_contents($pipes[1]);
        proc_close($process);
        rewind($errors);
        return [$printed, (string) stream_get_contents($errors)];
    }

    private function hear(string $said): void
    {
        foreach (explode("\n", $said) as $line) {
            $sentence = preg_replace(['/^(?:PHP )?[A-Z][A-Za-z ]+:\s+/', '/ in Unknown on line 0$/'], '', trim($line));
            if ($sentence !== '') {
                $this->warnings[] = $sentence;
            }
        }
        $this->warnings = array_values(array_unique($this->warnings));
    }

    /** As a php.ini would have to write it. */
    private static function quoted(string $value): string
    {
        return str_contains($value, "'") ? '"' . addcslashes($value, '"\\') . '"' : "'$value'";
    }

    /** The file of the extension in this process, or its name where it is not loaded here. */
    private static function own_extension(): string
    {
        $maps = extension_loaded('strata') ? (string) @file_get_contents('/proc/self/maps') : '';
        return preg_match('~(/\S*strata\.so)$~m', $maps, $found) ? $found[1] : 'strata';
    }
}
