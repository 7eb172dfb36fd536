<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata metrics: what strata_metrics() says, as Prometheus reads it. */
final class Metrics extends SubCommand
{
    public function run(): int
    {
        $this->arguments->expect(0, self::JOINING);
        $this->terminal->write((string) $this->host()->ask('metrics'));
        return self::DONE;
    }
}
