<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Psr6;

use Cache\IntegrationTests\CachePoolTest;
use Psr\Cache\CacheException;
use Psr\Cache\InvalidArgumentException;
use Strata\Bridge\Psr6\Item;
use Strata\Bridge\Psr6\Pool;
use Strata\Bridge\Tests\Unbuildable;
use Strata\Cache;

/** The php-cache group's tests of PSR-6, on the database the configuration of this run gives. */
final class PoolTest extends CachePoolTest
{
    public function createCachePool()
    {
        return new Pool(new Cache());
    }

    public function testTheEndOfAValueIsThatOfEachTier(): void
    {
        $item = $this->cache->getItem('ends');
        $this->cache->save($item->set(1.5)->expiresAfter(100));
        $this->assertLives(100, 'ends');
        $this->cache->save($item->expiresAt(new \DateTime('+50 seconds')));
        $this->assertLives(50, 'ends');
        $this->cache->saveDeferred($item->expiresAfter(new \DateInterval('PT5S')));
        $this->cache->commit();
        $this->assertLives(5, 'ends');
    }

    public function testTheLifeOfThePoolIsForItemsThatNameNone(): void
    {
        $pool = new Pool(new Cache(), 100);
        $item = $pool->getItem('names none')->set('x');
        $pool->save($item);
        $this->assertLives(100, 'names none');
        $pool->save($item->expiresAfter(20)->expiresAfter(null));
        $this->assertLives(100, 'names none');
        $pool->saveDeferred($item->expiresAfter(20));
        $pool->commit();
        $this->assertLives(20, 'names none');
    }

    public function testDeferredItemsOfOneLifeAreOneCall(): void
    {
        for ($i = 0; $i < 50; $i++) {
            $this->cache->saveDeferred($this->cache->getItem("d$i")->set([$i])->expiresAfter(60));
        }
        $this->assertFalse((new Cache())->has('d49'));
        $this->assertTrue($this->cache->commit());
        $this->assertSame([49], (new Cache())->get('d49'));
    }

    public function testALostDeferredItemIsTold(): void
    {
        $pool = $this->createCachePool();
        $pool->saveDeferred($pool->getItem('closure')->set(fn () => 1));
        $pool->saveDeferred($pool->getItem('none')->set('kept'));
        $said = [];
        set_error_handler(function (int $level, string $message) use (&$said): bool {
            $said[] = $message;
            return true;
        });
        unset($pool);
        restore_error_handler();
        $this->assertSame(['strata: deferred items were not all stored'], $said);
        $this->assertSame('kept', $this->cache->getItem('none')->get());
    }

    public function testAnItemThatIsChangedAfterSaveDeferredIsStoredAsItWas(): void
    {
        $item = $this->cache->getItem('changed');
        $this->cache->saveDeferred($item->set('before'));
        $item->set('after');
        $this->assertSame('before', $this->cache->getItem('changed')->get());
    }

    public function testWhatCannotBeStoredLeavesWhatIsThere(): void
    {
        $item = $this->cache->getItem('stays');
        $this->assertTrue($this->cache->save($item->set('there')));
        $this->assertFalse($this->cache->save($item->set(fn () => 1)));
        $this->assertSame('there', $this->cache->getItem('stays')->get());
    }

    public function testAValueThatCannotBeBuiltIsAMiss(): void
    {
        foreach (['a' => new Unbuildable(), 'b' => 'there', 'c' => new Unbuildable(true)] as $key => $value) {
            $this->assertTrue($this->cache->save($this->cache->getItem($key)->set($value)));
        }
        $this->assertSame([false, true, false], array_map(fn ($key) => $this->cache->getItem($key)->isHit(), ['a', 'b', 'c']));
        $items = $this->cache->getItems(['a', 'b', 'c']);
        $this->assertSame(['a' => null, 'b' => 'there', 'c' => null], array_map(fn (Item $item) => $item->get(), $items));
    }

    /** Reading it had to store it first, which went wrong: commit() has the last word on it. */
    public function testCommitTellsOfDeferredItemsThatWereLostBefore(): void
    {
        $this->cache->saveDeferred($this->cache->getItem('lost')->set(fn () => 1));
        $this->assertFalse($this->cache->getItem('lost')->isHit());
        $this->assertFalse($this->cache->hasItem('lost'));
        $this->assertFalse($this->cache->commit());
        $this->assertTrue($this->cache->commit());
    }

    /** strata takes up to 5 % off a life, so that what was stored at once does not end at once. */
    private function assertLives(float $seconds, string $key): void
    {
        $this->assertEqualsWithDelta($seconds * 0.97, (new Cache())->fetch($key)->ttl, $seconds * 0.04 + 1);
    }

    /** Each way to fail; "dead" is a database whose server is not there (see tests/bridges/run). */
    public static function failures(): array
    {
        $long = str_repeat('k', 65537);
        $dead = fn () => new Pool(new Cache('dead'));
        $foreign = new class () implements \Psr\Cache\CacheItemInterface {
            public function getKey(): string
            {
                return 'k';
            }

            public function get(): mixed
            {
                return 1;
            }

            public function isHit(): bool
            {
                return true;
            }

            public function set($value): static
            {
                return $this;
            }

            public function expiresAt($expiration): static
            {
                return $this;
            }

            public function expiresAfter($time): static
            {
                return $this;
            }
        };
        return [
            'a long key' => [fn ($pool) => $pool->getItem($long), InvalidArgumentException::class],
            'a long key among others' => [fn ($pool) => $pool->getItems(['a', $long]), InvalidArgumentException::class],
            'a long key to delete' => [fn ($pool) => $pool->deleteItem($long), InvalidArgumentException::class],
            'no moment' => [fn ($pool) => $pool->getItem('k')->expiresAt('tomorrow'), InvalidArgumentException::class],
            'no time' => [fn ($pool) => $pool->getItem('k')->expiresAfter('1 day'), InvalidArgumentException::class],
            'an item of another pool' => [fn ($pool) => $pool->save($foreign), InvalidArgumentException::class],
            'a dead server, getItem' => [fn () => $dead()->getItem('k'), CacheException::class],
            'a dead server, getItems' => [fn () => $dead()->getItems(['k']), CacheException::class],
            'a dead server, hasItem' => [fn () => $dead()->hasItem('k'), CacheException::class],
            'a dead server, save' => [fn () => $dead()->save(new Item('k', 1, false)), CacheException::class],
            'a dead server, deleteItem' => [fn () => $dead()->deleteItem('k'), CacheException::class],
            'a dead server, clear' => [fn () => $dead()->clear(), CacheException::class],
        ];
    }

    /** @dataProvider failures */
    public function testFailsWithTheExceptionsOfTheStandard(callable $act, string $expected): void
    {
        $this->expectException($expected);
        $act($this->cache);
    }
}
