<?php

declare(strict_types=1);

namespace Strata\Command;

/**
 * strata purge: removes from Redis what clear() left behind. A first walk counts how much that is, for a bar that knows
 * its end.
 */
final class Purge extends SubCommand
{
    private float $drawn_at = 0;

    public function run(): int
    {
        $this->arguments->expect(1, ['json', ...self::JOINING]);
        $host = $this->host();
        $databases = isset($this->arguments->operands[1]) ? [$this->arguments->operands[1]] : $host->databases();
        $sums = [];
        foreach ($databases as $database) {
            $sums[$database] = $this->purge($host, $database);
        }
        return $this->arguments->has('json') ? $this->print_json($sums) : self::DONE;
    }

    /** @return array<string, mixed> */
    private function purge(Host $host, string $database): array
    {
        $former = 0;
        if ($this->has_bar()) {
            foreach ($host->answers('purge', $database, true) as $step) {
                $former = $step['former'];
                $this->draw("$database: counting, " . Text::count($step['seen']) . ' entries seen, ' . Text::count($former) . ' left behind');
            }
        }
        $last = ['seen' => 0, 'former' => 0, 'removed' => 0, 'message' => null];
        foreach ($host->answers('purge', $database, false) as $last) {
            $this->draw($this->bar($database, $last['removed'], max($former, $last['removed'])));
        }
        $this->wipe();
        if (!$this->arguments->has('json')) {
            $this->print([Text::clean("$database: " . ($last['message'] ?? Text::count($last['removed']) . ' of ' . Text::count($last['former'])
                . ' former entries removed, ' . Text::count($last['seen']) . ' seen'))]);
        }
        return array_diff_key($last, ['done' => true]);
    }

    private function has_bar(): bool
    {
        return stream_isatty(STDERR) && !$this->arguments->has('json');
    }

    private function bar(string $database, int $removed, int $former): string
    {
        $width = 30;
        $full = $former > 0 ? (int) floor($width * $removed / $former) : 0;
        return sprintf('%s [%s%s] %s of %s', $database, str_repeat('#', $full), str_repeat('.', $width - $full), Text::count($removed),
            Text::count($former));
    }

    /** On stderr, ten times a second at most. */
    private function draw(string $line): void
    {
        $now = microtime(true);
        if ($this->has_bar() && $now - $this->drawn_at > 0.1) {
            $this->drawn_at = $now;
            fwrite(STDERR, "\r\e[K" . Text::cut(Text::clean($line), $this->terminal->size()[0] - 1));
        }
    }

    private function wipe(): void
    {
        if ($this->has_bar()) {
            fwrite(STDERR, "\r\e[K");
        }
    }
}
