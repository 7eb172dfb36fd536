<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata check: what would be refused, and whether the servers are well. */
final class Check extends SubCommand
{
    public function run(): int
    {
        throw Problem::failed('check is not there yet');
    }
}
