<?php

declare(strict_types=1);

namespace Strata\Command;

/** The words of a command line: the sub-command, its operands, and options, which may stand anywhere. */
final class Arguments
{
    /** Options with a value, and what the value is. */
    private const WITH_VALUE = [
        'chroot' => 'a directory', 'database' => 'a name', 'fcgi' => 'a socket or host:port', 'from' => 'a tier',
        'interval' => 'seconds', 'limit' => 'a number', 'namespace' => 'a name', 'php-ini' => 'a file',
        'temporary' => 'a directory', 'wait' => 'seconds',
    ];
    private const FLAGS = ['help', 'json', 'keys', 'once', 'renew', 'strict', 'value', 'version'];
    private const SHORT = ['-c' => '--php-ini', '-h' => '--help', '-V' => '--version'];

    /** @var string[] the sub-command first */
    public array $operands = [];
    /** @var array<string, string|true> */
    private array $options = [];

    /** @param string[] $words */
    public function __construct(array $words)
    {
        while ($words !== []) {
            $word = array_shift($words);
            if ($word === '--') {
                array_push($this->operands, ...$words);
                return;
            }
            if (strlen($word) < 2 || $word[0] !== '-') {
                $this->operands[] = $word;
                continue;
            }
            [$name, $value] = explode('=', self::SHORT[$word] ?? $word, 2) + [1 => null];
            $this->take(substr($name, 2), $value, $words);
        }
    }

    /** @param string[] $words those that follow, of which a value is taken */
    private function take(string $name, ?string $value, array &$words): void
    {
        if (in_array($name, self::FLAGS, true)) {
            if ($value !== null) {
                throw Problem::usage("--$name takes no value");
            }
            $this->options[$name] = true;
            return;
        }
        if (!isset(self::WITH_VALUE[$name])) {
            throw Problem::usage('no such option: --' . Text::clean($name) . '; strata help lists them');
        }
        $value ??= array_shift($words);
        if ($value === null || $value === '') {
            throw Problem::usage("--$name needs a value: " . self::WITH_VALUE[$name]);
        }
        $this->options[$name] = $value;
    }

    public function has(string $flag): bool
    {
        return isset($this->options[$flag]);
    }

    public function text(string $option, ?string $default = null): ?string
    {
        $value = $this->options[$option] ?? $default;
        return $value === true ? $default : $value;
    }

    /** A number of this option, in these bounds. */
    public function number(string $option, float $default, float $least, float $most): float
    {
        $text = $this->text($option);
        if ($text === null) {
            return $default;
        }
        if (!is_numeric($text) || (float) $text < $least || (float) $text > $most) {
            throw Problem::usage("--$option: \"" . Text::clean($text) . "\" is not a number from $least to $most");
        }
        return (float) $text;
    }

    /** The operand at this place behind the sub-command. */
    public function operand(int $place, string $what): string
    {
        return $this->operands[$place] ?? throw Problem::usage("{$this->operands[0]}: $what is missing");
    }

    /** No more operands than these, and no other options than these. @param string[] $options */
    public function expect(int $operands, array $options): void
    {
        if (count($this->operands) > $operands + 1) {
            throw Problem::usage("{$this->operands[0]}: one word too many: " . Text::clean($this->operands[$operands + 1]));
        }
        foreach (array_diff(array_keys($this->options), $options) as $other) {
            throw Problem::usage("{$this->operands[0]} has no option --$other; accepted: --" . implode(', --', $options));
        }
    }

    /** The words again, without the options of these names. @param string[] $without @return string[] */
    public function words(array $without): array
    {
        $words = [];
        foreach (array_diff_key($this->options, array_flip($without)) as $name => $value) {
            $words[] = $value === true ? "--$name" : "--$name=$value";
        }
        return [...$words, '--', ...$this->operands];
    }
}
