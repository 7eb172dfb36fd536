<?php

declare(strict_types=1);

namespace Strata\Bridge\Psr16;

use Psr\SimpleCache\CacheException;

/** What strata threw; getPrevious() has it. */
final class Failure extends \RuntimeException implements CacheException
{
}
