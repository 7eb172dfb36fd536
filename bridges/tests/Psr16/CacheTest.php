<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Psr16;

use Cache\IntegrationTests\SimpleCacheTest;
use Psr\SimpleCache\CacheException;
use Psr\SimpleCache\InvalidArgumentException;
use Strata\Bridge\Psr16\Cache;
use Strata\Bridge\Tests\Unbuildable;

/** The php-cache group's tests of PSR-16, on the database the configuration of this run gives. */
final class CacheTest extends SimpleCacheTest
{
    public function createSimpleCache()
    {
        return new Cache();
    }

    /** Each way to fail; "dead" is a database whose server is not there (see tests/bridges/run). */
    public static function failures(): array
    {
        $closure = fn () => 1;
        $long = str_repeat('k', 65537);
        return [
            'a closure' => [fn ($cache) => $cache->set('k', $closure), CacheException::class],
            'a closure among others' => [fn ($cache) => $cache->setMultiple(['a' => 1, 'b' => [$closure]]), CacheException::class],
            'a value nested too deep' => [fn ($cache) => $cache->set('k', self::deep()), CacheException::class],
            'a long key' => [fn ($cache) => $cache->get($long), InvalidArgumentException::class],
            'a long key to set' => [fn ($cache) => $cache->set($long, 1), InvalidArgumentException::class],
            'a long key to delete' => [fn ($cache) => $cache->delete($long), InvalidArgumentException::class],
            'a long key to look for' => [fn ($cache) => $cache->has($long), InvalidArgumentException::class],
            'a long key among others' => [fn ($cache) => $cache->getMultiple(['a', $long]), InvalidArgumentException::class],
            'a long key to set among others' => [fn ($cache) => $cache->setMultiple([$long => 1]), InvalidArgumentException::class],
            'a dead server, get' => [fn () => (new Cache('dead'))->get('k'), CacheException::class],
            'a dead server, set' => [fn () => (new Cache('dead'))->set('k', 1), CacheException::class],
            'a dead server, delete' => [fn () => (new Cache('dead'))->delete('k'), CacheException::class],
            'a dead server, clear' => [fn () => (new Cache('dead'))->clear(), CacheException::class],
            'a dead server, getMultiple' => [fn () => (new Cache('dead'))->getMultiple(['k']), CacheException::class],
            'a dead server, deleteMultiple' => [fn () => (new Cache('dead'))->deleteMultiple(['k']), CacheException::class],
            'a database that is not there' => [fn () => new Cache('missing'), CacheException::class],
        ];
    }

    /** @dataProvider failures */
    public function testFailsWithTheExceptionsOfTheStandard(callable $act, string $expected): void
    {
        $this->expectException($expected);
        $act($this->cache);
    }

    public function testAValueThatCannotBeBuiltIsAMiss(): void
    {
        $this->cache->setMultiple(['a' => new Unbuildable(), 'b' => 'there', 'c' => new Unbuildable(true)]);
        $this->assertSame(['none', 'there', 'none'], array_map(fn ($key) => $this->cache->get($key, 'none'), ['a', 'b', 'c']));
        $this->assertSame(['a' => 1, 'b' => 'there', 'c' => 1], $this->cache->getMultiple(['a', 'b', 'c'], 1));
    }

    public function testExceptionsOfTheCallerPass(): void
    {
        $this->expectException(\DomainException::class);
        $this->cache->getMultiple((function () {
            yield 'a';
            throw new \DomainException('in a generator');
        })());
    }

    private static function deep(): object
    {
        $list = new \stdClass();
        for ($i = 0; $i < 5000; $i++) {
            $list = (object) ['next' => $list];
        }
        return $list;
    }
}
