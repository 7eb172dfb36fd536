<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

use Psr\SimpleCache\CacheInterface;
use Strata\Bridge\Symfony\Adapter;
use Symfony\Component\Cache\Psr16Cache;

/** Symfony's tests of its PSR-16 over a pool. */
final class Psr16CacheTest extends \Symfony\Component\Cache\Tests\Psr16CacheTest
{
    public function createSimpleCache(int $defaultLifetime = 0): CacheInterface
    {
        return new Psr16Cache(new Adapter('psr16', $defaultLifetime));
    }
}
