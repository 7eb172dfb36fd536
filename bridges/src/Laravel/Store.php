<?php

declare(strict_types=1);

namespace Strata\Bridge\Laravel;

use Illuminate\Cache\TaggableStore;
use Illuminate\Contracts\Cache\LockProvider;
use Strata\Bridge\Deepest;
use Strata\Cache;
use Strata\Refresh;
use Strata\SerializationException;

/**
 * Laravel's cache on a database of strata. The prefix is a namespace of it: flush() empties that namespace alone,
 * and the whole database where there is no prefix.
 *
 * What strata throws passes through, so that Laravel's failover sees it.
 */
class Store extends TaggableStore implements LockProvider, FlushesLocks
{
    /** Where another one changes a number again and again. */
    private const TRIES = 100;

    private readonly Cache $cache;
    private readonly Cache $locks;
    private readonly Deepest $deepest;

    public function __construct(string $database = 'default', private readonly string $prefix = '')
    {
        $this->cache = new Cache($database, $prefix);
        $this->locks = new Cache($database, "$prefix:locks");
        $this->deepest = new Deepest($this->cache);
    }

    public function get($key)
    {
        return $this->cache->get((string) $key);
    }

    public function many(array $keys)
    {
        return $this->cache->getMultiple(array_map('strval', $keys));
    }

    public function put($key, $value, $seconds)
    {
        return $this->set((string) $key, $value, self::life($seconds), []);
    }

    public function putMany(array $values, $seconds)
    {
        return $this->setMany($values, self::life($seconds), []);
    }

    public function forever($key, $value)
    {
        return $this->set((string) $key, $value, null, []);
    }

    public function add($key, $value, $seconds)
    {
        return $this->addNew((string) $key, $value, self::life($seconds), []);
    }

    public function increment($key, $value = 1)
    {
        return $this->count((string) $key, (int) $value, []);
    }

    public function decrement($key, $value = 1)
    {
        return $this->count((string) $key, -(int) $value, []);
    }

    public function touch($key, $seconds)
    {
        return $this->cache->touch((string) $key, self::life($seconds));
    }

    public function forget($key)
    {
        return $this->cache->delete((string) $key);
    }

    public function flush()
    {
        return $this->cache->clear();
    }

    public function getPrefix()
    {
        return $this->prefix;
    }

    public function tags($names)
    {
        return new TaggedCache($this, is_array($names) ? $names : func_get_args());
    }

    public function lock($name, $seconds = 0, $owner = null)
    {
        return new Lock($this->locks, (string) $name, (int) $seconds, $owner);
    }

    public function restoreLock($name, $owner)
    {
        return $this->lock($name, 0, $owner);
    }

    public function flushLocks(): bool
    {
        return $this->locks->clear();
    }

    /** Without a prefix, flush() empties the database, and frees the locks as well. */
    public function hasSeparateLockStore(): bool
    {
        return $this->prefix !== '';
    }

    /* ---- what is the same with tags and without ---- */

    /** @internal */
    public function set(string $key, mixed $value, ?int $life, array $tags): bool
    {
        return $this->cache->set($key, $value, $life, $tags);
    }

    /** @internal */
    public function setMany(array $values, ?int $life, array $tags): bool
    {
        return $this->cache->setMultiple($values, $life, $tags);
    }

    /** @internal */
    public function addNew(string $key, mixed $value, ?int $life, array $tags): bool
    {
        return $this->cache->add($key, $value, $life, $tags);
    }

    /**
     * What is not there begins at 0 and has no end. A text of digits is a number, as in Laravel's other stores; of
     * any other value the answer is false.
     *
     * @internal
     */
    public function count(string $key, int $by, array $tags): int|false
    {
        for ($tries = 0; $tries < self::TRIES; $tries++) {
            try {
                $sum = $this->cache->increment($key, $by, $tags === [] ? 0 : null);
            } catch (SerializationException) {
                return $this->countText($key, $by);
            }
            if ($sum !== null) {
                return $sum;
            }
            if ($this->cache->add($key, $by, null, $tags)) {
                return $by;
            }
        }
        return false;
    }

    private function countText(string $key, int $by): int|false
    {
        for ($tries = 0; $tries < self::TRIES; $tries++) {
            $seen = $this->deepest->fetch($key);
            if (!is_numeric($seen->value)) {
                return false;
            }
            $life = $seen->ttl === null ? null : max(1, (int) ceil($seen->ttl));
            if ($this->cache->compareAndSet($key, $seen, (int) $seen->value + $by, $life)) {
                return (int) $seen->value + $by;
            }
        }
        return false;
    }

    /** @internal */
    public function remember(string $key, ?int $life, \Closure $compute, int $stale, Refresh $refresh, array $tags = []): mixed
    {
        return $this->cache->remember($key, $life, $compute, $stale, tags: $tags, refresh: $refresh);
    }

    /** @internal */
    public function invalidate(array $tags): bool
    {
        return $this->cache->invalidateTags(...$tags);
    }

    /** @internal Laravel's stores keep a value for a second at least. */
    public static function life($seconds): int
    {
        return max(1, (int) $seconds);
    }
}
