<?php

declare(strict_types=1);

namespace Strata\Bridge\Psr6;

use Psr\Cache\CacheException;

/** What strata threw; getPrevious() has it. */
final class Failure extends \RuntimeException implements CacheException
{
}
