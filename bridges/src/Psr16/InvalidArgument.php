<?php

declare(strict_types=1);

namespace Strata\Bridge\Psr16;

use Psr\SimpleCache\InvalidArgumentException;

/** What the standard does not take as a key, a list of keys, or a time to live. */
final class InvalidArgument extends \InvalidArgumentException implements InvalidArgumentException
{
}
