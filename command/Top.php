<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata top: a screen of rates that renews itself, until a key ends it. */
final class Top extends SubCommand
{
    private const ENDS = ['q', 'Q', "\x03", "\x04", "\e"];

    public function run(): int
    {
        $this->arguments->expect(0, ['once', 'interval', ...self::JOINING]);
        $interval = $this->arguments->number('interval', 1, 0.2, 60);
        $host = $this->host();
        [$before, $then] = [$this->look($host), microtime(true)];
        if ($this->arguments->has('once')) {
            usleep((int) ($interval * 1e6));
            $screen = new Screen($this->terminal, $host->name());
            [$width, $height] = $this->terminal->size();
            $this->print($screen->lines(new Rates($before, $now = $this->look($host), microtime(true) - $then), $now, $width, $height));
            return self::DONE;
        }
        if (!$this->terminal->is_terminal || !$this->terminal->enter()) {
            throw Problem::usage('top needs a terminal; strata top --once prints one screen');
        }
        $this->renew($host, $before, $then, $interval);
        return self::DONE;
    }

    /** @param array<string, mixed> $before */
    private function renew(Host $host, array $before, float $then, float $interval): void
    {
        $screen = new Screen($this->terminal, $host->name());
        $rates = new Rates($before, $before, 0);
        $now = $before;
        $problem = null;
        do {
            [$width, $height] = $this->terminal->size();
            $lines = $screen->lines($rates, $now, $width, $height - ($problem !== null ? 1 : 0));
            $this->terminal->draw($problem !== null ? [$this->terminal->colour('red', Text::cut(Text::clean($problem), $width)), ...$lines] : $lines);
            $key = $this->terminal->key($interval);
            if ($key === null || array_intersect(str_split($key ?: ' '), self::ENDS) !== []) {
                return;
            }
            try {
                [$now, $time] = [$this->look($host), microtime(true)];
                $rates = new Rates($before, $now, $time - $then);
                [$before, $then, $problem] = [$now, $time, null];
            } catch (Problem $failed) {
                /* A reload, or a pool that is busy: the next look may succeed. */
                $problem = $failed->getMessage();
            }
        } while (true);
    }

    /** @return array<string, mixed> */
    private function look(Host $host): array
    {
        return Prefixes::with_sums($host->status());
    }
}
