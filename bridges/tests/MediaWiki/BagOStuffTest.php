<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\MediaWiki;

use BagOStuffTestBase;
use Psr\Log\NullLogger;
use Strata\Bridge\MediaWiki\BagOStuff;

/** MediaWiki's own checks of an object cache. */
class BagOStuffTest extends BagOStuffTestBase
{
    protected function newCacheInstance(): BagOStuff
    {
        return new BagOStuff(['keyspace' => 'wiki']);
    }

    /** MediaWiki's check of it takes another class, and a whole wiki to put the report off in. */
    public function testReportDupes(): void
    {
        $later = [];
        $logger = $this->createMock(NullLogger::class);
        $logger->expects($this->once())->method('warning')->with('Duplicate get(): "{key}" fetched {count} times', ['key' => 'foo', 'count' => 2]);
        $cache = new BagOStuff([
            'reportDupes' => true,
            'asyncHandler' => function (callable $report) use (&$later): void {
                $later[] = $report;
            },
            'logger' => $logger,
        ]);
        foreach (['foo', 'bar', 'foo'] as $key) {
            $cache->get($key);
        }
        $this->assertCount(1, $later);
        $later[0]();
    }
}
