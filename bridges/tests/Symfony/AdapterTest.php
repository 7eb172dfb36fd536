<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

use Strata\Bridge\Symfony\Adapter;
use Symfony\Component\Cache\Tests\Adapter\AdapterTestCase;

/** Symfony's tests of a pool. Prefixes that are to be cleared alone are named beforehand. */
final class AdapterTest extends AdapterTestCase
{
    public function createCachePool(int $defaultLifetime = 0, ?string $testMethod = null): Adapter
    {
        return new Adapter('adapter', $defaultLifetime, prefixes: ['foo', 'DC2_REGION_']);
    }
}
