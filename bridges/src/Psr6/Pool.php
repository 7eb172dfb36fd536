<?php

declare(strict_types=1);

namespace Strata\Bridge\Psr6;

use DateInterval;
use Psr\Cache\CacheItemInterface;
use Psr\Cache\CacheItemPoolInterface;
use Strata\Cache;
use Strata\CapacityException;
use Strata\SerializationException;
use Strata\StrataException;

/**
 * PSR-6 over a database of strata, or a namespace of it. Untyped parameters satisfy all three versions of the
 * interface.
 *
 * The end of a value is that of its copy in each tier. Deferred items are stored by commit(), before one of them is
 * read, and when the pool is destructed. What cannot be stored makes save() and commit() false, and a value whose class
 * throws while it is built is a miss. Failures of servers are misses and false, unless strata.on_error is throw.
 */
final class Pool implements CacheItemPoolInterface
{
    /** @var array<Item> under their keys */
    private array $deferred = [];

    /** Was a deferred item lost that had to be stored before commit() was called? That says so. */
    private bool $hasLost = false;

    /** @param null|int|DateInterval $ttl of items that name no end of their own */
    public function __construct(private Cache $cache, private null|int|DateInterval $ttl = null)
    {
    }

    public function getItem($key): CacheItemInterface
    {
        $this->commitBefore([self::key($key)]);
        return $this->found($key, $this->read(fn () => $this->cache->get($key, $this)));
    }

    /** All in at most one round trip to each tier. */
    public function getItems(array $keys = []): array
    {
        $this->commitBefore(array_map(self::key(...), $keys));
        $values = $this->read(fn () => $this->cache->getMultiple($keys, $this));
        $items = [];
        foreach ($keys as $key) {
            /* One value that cannot be built is no reason to miss the others. */
            $items[$key] = $values === $this ? $this->getItem($key) : $this->found($key, $values[$key]);
        }
        return $items;
    }

    public function hasItem($key): bool
    {
        $this->commitBefore([self::key($key)]);
        return self::named(fn () => $this->cache->has($key));
    }

    public function clear(): bool
    {
        $this->deferred = [];
        return self::named(fn () => $this->cache->clear());
    }

    public function deleteItem($key): bool
    {
        unset($this->deferred[self::key($key)]);
        return self::named(fn () => $this->cache->delete($key));
    }

    public function deleteItems(array $keys): bool
    {
        foreach (array_map(self::key(...), $keys) as $key) {
            unset($this->deferred[$key]);
        }
        return self::named(fn () => $this->cache->deleteMultiple($keys));
    }

    public function save(CacheItemInterface $item): bool
    {
        $item = self::own($item);
        unset($this->deferred[$item->getKey()]);
        return $this->store($item);
    }

    /** What happens to the item afterwards does not change what will be stored. */
    public function saveDeferred(CacheItemInterface $item): bool
    {
        $this->deferred[$item->getKey()] = clone self::own($item);
        return true;
    }

    public function commit(): bool
    {
        $deferred = $this->deferred;
        $this->deferred = [];
        $all = !$this->hasLost;
        $this->hasLost = false;
        $lives = $groups = [];
        foreach ($deferred as $key => $item) {
            $ttl = $item->left($this->ttl);
            $group = serialize($ttl);
            $lives[$group] = $ttl;
            $groups[$group][$key] = $item;
        }
        foreach ($groups as $group => $items) {
            $all = $this->storeAll($items, $lives[$group]) && $all;
        }
        return $all;
    }

    public function __destruct()
    {
        try {
            $this->commit() || trigger_error('strata: deferred items were not all stored', E_USER_WARNING);
        } catch (Failure $failure) {
            trigger_error("strata: deferred items were not stored: {$failure->getMessage()}", E_USER_WARNING);
        }
    }

    /** Copies would store deferred items twice, and each at another time. */
    public function __clone()
    {
        $this->deferred = [];
        $this->hasLost = false;
    }

    /** What was read, or this pool where there is nothing that could be built. */
    private function read(callable $act): mixed
    {
        try {
            return self::named($act);
        } catch (Failure $failure) {
            throw $failure;
        } catch (\Throwable) {
            return $this;
        }
    }

    private function found(string $key, mixed $value): Item
    {
        return $value === $this ? new Item($key, null, false) : new Item($key, $value, true);
    }

    /** @param list<string> $keys */
    private function commitBefore(array $keys): void
    {
        if ($this->deferred !== [] && array_intersect_key($this->deferred, array_flip($keys)) !== []) {
            $this->hasLost = !$this->commit();
        }
    }

    private function store(Item $item): bool
    {
        try {
            return self::named(
                fn () => $this->cache->set($item->getKey(), $item->get(), $item->left($this->ttl)),
            );
        } catch (Failure $failure) {
            return self::isOfTheValue($failure) ? false : throw $failure;
        }
    }

    /** One value that cannot be stored is no reason to lose the others. */
    private function storeAll(array $items, null|int|DateInterval $ttl): bool
    {
        try {
            $values = array_map(fn (Item $item) => $item->get(), $items);
            return self::named(fn () => $this->cache->setMultiple($values, $ttl));
        } catch (Failure $failure) {
            if (!self::isOfTheValue($failure)) {
                throw $failure;
            }
        }
        foreach ($items as $item) {
            $this->store($item);
        }
        return false;
    }

    private static function isOfTheValue(Failure $failure): bool
    {
        $thrown = $failure->getPrevious();
        return $thrown instanceof SerializationException || $thrown instanceof CapacityException;
    }

    private static function own(CacheItemInterface $item): Item
    {
        return $item instanceof Item ? $item : throw new InvalidArgument(
            'Items come from getItem() of a pool of strata; given: ' . get_debug_type($item),
        );
    }

    private static function key(mixed $key): string
    {
        if (!is_string($key) || $key === '' || strlen($key) > 65536 || strpbrk($key, '{}()/\@:') !== false) {
            throw new InvalidArgument('A key is a string of 1 to 65536 bytes, none of {}()/\@:');
        }
        return $key;
    }

    private static function named(callable $act): mixed
    {
        try {
            return $act();
        } catch (StrataException $thrown) {
            throw new Failure($thrown->getMessage(), 0, $thrown);
        }
    }
}
