<?php

declare(strict_types=1);

namespace Strata\Tests;

use Cache\IntegrationTests\SimpleCacheTest;

require_once __DIR__ . '/Psr16Cache.php';

/** The php-cache group's tests of PSR-16, on the database the configuration of this run gives. */
final class Psr16CacheTest extends SimpleCacheTest
{
    public function createSimpleCache()
    {
        return new Psr16Cache();
    }
}
