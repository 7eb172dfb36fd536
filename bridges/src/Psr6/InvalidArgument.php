<?php

declare(strict_types=1);

namespace Strata\Bridge\Psr6;

use Psr\Cache\InvalidArgumentException;

/** What the standard does not take as a key, or as the end of a value. */
final class InvalidArgument extends \InvalidArgumentException implements InvalidArgumentException
{
}
