<?php

declare(strict_types=1);

namespace Strata\Command;

/** What ends the command: one sentence for stderr, and the exit code. */
final class Problem extends \RuntimeException
{
    /** What was asked cannot be done, or went wrong. */
    public const FAILED = 2;

    /** The command line is not understood. */
    public const USAGE = 3;

    public static function failed(string $sentence): self
    {
        return new self($sentence, self::FAILED);
    }

    public static function usage(string $sentence): self
    {
        return new self($sentence, self::USAGE);
    }
}
