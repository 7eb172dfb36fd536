<?php

declare(strict_types=1);

namespace Strata\Bridge\Symfony;

use Strata\Cache;
use Strata\Lock;
use Strata\StrataException;
use Symfony\Component\Lock\BlockingStoreInterface;
use Symfony\Component\Lock\Exception\InvalidTtlException;
use Symfony\Component\Lock\Exception\LockConflictedException;
use Symfony\Component\Lock\Exception\LockStorageException;
use Symfony\Component\Lock\Key;
use Symfony\Component\Lock\Store\ExpiringStoreTrait;

/**
 * A store of symfony/lock over the locks of strata. Without return types of their own the interfaces of all versions
 * since 5.4 are satisfied.
 *
 * A lock of a process that dies is released at once, by its host. One that outlives the request that took it does so
 * until the end of its life: it was left so on purpose (without auto-release), or its key went into a queue.
 * exists() counts from the last time that the server confirmed. It asks for none but those of other processes.
 */
final class Store implements BlockingStoreInterface
{
    use ExpiringStoreTrait;

    /** One call waits so long, in seconds, and is made again. It is shorter only where a server fails. */
    private const WAIT = 60;

    /** Seconds: the longest life that strata gives to a lock. */
    private const LONGEST = 28 * 86400;

    /**
     * @param float  $initialTtl of locks, in seconds, 28 days at most; strata counts whole ones, and rounds up
     * @param string $id         another one for each store of a CombinedStore: keys keep their locks under it
     */
    public function __construct(
        private Cache $cache,
        private float $initialTtl = 300.0,
        private string $id = '',
    ) {
        if (!($initialTtl > 0)) {
            throw new InvalidTtlException("The life of a lock is more than 0 seconds; given: $initialTtl");
        }
        self::whole($initialTtl);
    }

    public function save(Key $key): void
    {
        $key->reduceLifetime($this->initialTtl);
        $this->take($key, fn (Lock $lock) => $lock->acquire());
    }

    public function waitAndSave(Key $key): void
    {
        $this->take($key, function (Lock $lock) use ($key): bool {
            do {
                $began = microtime(true);
                $isOurs = $lock->acquire(self::WAIT);
                if (!$isOurs && microtime(true) - $began < self::WAIT / 2) {
                    throw new LockStorageException("No server can say who holds the lock \"$key\"");
                }
            } while (!$isOurs);
            return true;
        });
        $key->reduceLifetime($this->initialTtl);
    }

    public function putOffExpiration(Key $key, float $ttl): void
    {
        $whole = self::whole($ttl);
        $key->reduceLifetime($ttl);
        $held = $this->held($key);
        if ($held === null || !$this->named(fn () => $this->lock($key, $held)->refresh($whole))) {
            throw new LockConflictedException("The lock \"$key\" is not held, or no longer");
        }
        $this->checkNotExpired($key);
    }

    public function delete(Key $key): void
    {
        $held = $this->held($key);
        if ($held !== null) {
            $this->named(fn () => $this->lock($key, $held)->release());
            $key->removeState($this->state());
        }
    }

    public function exists(Key $key): bool
    {
        $held = $this->held($key);
        return $held !== null && $this->named(function () use ($key, $held): bool {
            $lock = $this->lock($key, $held);
            return $lock->isHeld() || $held->isTakenUp() && !$key->isExpired()
                && $lock->refresh(self::whole($key->getRemainingLifetime() ?? $this->initialTtl));
        });
    }

    private function take(Key $key, callable $acquire): void
    {
        $held = $this->held($key);
        if ($held === null) {
            $held = new Held($this->cache->lock((string) $key, self::whole($this->initialTtl)));
        }
        $lock = $this->lock($key, $held);
        $isOurs = $this->named(function () use ($lock, $acquire): bool {
            return $lock->isHeld() && $lock->refresh(self::whole($this->initialTtl)) || $acquire($lock);
        });
        if (!$isOurs) {
            throw new LockConflictedException("The lock \"$key\" is held by another, or no server can say");
        }
        $key->setState($this->state(), $held);
        $this->checkNotExpired($key);
    }

    private function lock(Key $key, Held $held): Lock
    {
        return $held->lock($this->cache, (string) $key, self::whole($this->initialTtl));
    }

    private function held(Key $key): ?Held
    {
        return $key->hasState($this->state()) ? $key->getState($this->state()) : null;
    }

    private function state(): string
    {
        return self::class . $this->id;
    }

    private static function whole(float $ttl): int
    {
        if (!($ttl <= self::LONGEST)) {
            throw new InvalidTtlException("The life of a lock is 28 days at most; given: $ttl seconds");
        }
        return max(1, (int) ceil($ttl));
    }

    private function named(callable $act): bool
    {
        try {
            return $act();
        } catch (StrataException $failure) {
            throw new LockStorageException($failure->getMessage(), 0, $failure);
        }
    }
}
