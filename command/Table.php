<?php

declare(strict_types=1);

namespace Strata\Command;

/** Rows of texts under headings. A heading that begins with ">" is of numbers, which stand at the right. */
final class Table
{
    /** @var string[][] */
    private array $rows = [];
    /** @var array<int, string> colours of rows */
    private array $colours = [];

    /** @param string[] $headings */
    public function __construct(private array $headings)
    {
    }

    /** @param array<int, string|int> $row */
    public function add(array $row, string $colour = ''): void
    {
        $this->colours[count($this->rows)] = $colour;
        $this->rows[] = array_map(static fn (string|int $text) => Text::clean((string) $text), $row);
    }

    public function is_empty(): bool
    {
        return $this->rows === [];
    }

    /** In at most this width: the first column gives way. @return string[] */
    public function lines(Terminal $terminal, int $width = PHP_INT_MAX): array
    {
        $headings = array_map(static fn (string $heading) => ltrim($heading, '>'), $this->headings);
        $widths = [];
        foreach ([$headings, ...$this->rows] as $row) {
            foreach ($row as $at => $text) {
                $widths[$at] = max($widths[$at] ?? 0, Text::width($text));
            }
        }
        $all = array_sum($widths) + 2 * (count($widths) - 1);
        $widths[0] = max(8, $widths[0] - max(0, $all - $width));
        $lines = [$terminal->colour('bold', $this->line($headings, $widths, $width))];
        foreach ($this->rows as $at => $row) {
            $line = $this->line($row, $widths, $width);
            $lines[] = $this->colours[$at] !== '' ? $terminal->colour($this->colours[$at], $line) : $line;
        }
        return $lines;
    }

    /** @param string[] $row @param int[] $widths */
    private function line(array $row, array $widths, int $width): string
    {
        $parts = [];
        foreach ($row as $at => $text) {
            $parts[] = Text::pad(Text::cut($text, $widths[$at]), $widths[$at], $this->headings[$at][0] === '>');
        }
        return Text::cut(rtrim(implode('  ', $parts)), $width);
    }
}
