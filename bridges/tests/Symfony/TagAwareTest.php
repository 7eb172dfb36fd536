<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

use PHPUnit\Framework\TestCase;
use Strata\Bridge\Symfony\Adapter;
use Symfony\Component\Cache\Tests\Adapter\TagAwareTestTrait;

/** Symfony's tests of a pool with tags. */
final class TagAwareTest extends TestCase
{
    use TagAwareTestTrait;

    protected array $skippedTests = [];

    protected function setUp(): void
    {
        $this->createCachePool()->clear();
    }

    public function createCachePool(int $defaultLifetime = 0): Adapter
    {
        return new Adapter('tags', $defaultLifetime);
    }
}
