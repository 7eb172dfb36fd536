<?php

declare(strict_types=1);

namespace Strata\Bridge\Laravel;

use Illuminate\Contracts\Cache\LockProvider;
use Illuminate\Contracts\Cache\Store as Contract;
use Strata\Refresh;

/**
 * What `Cache::tags([...])` reads and writes: keys that belong to these tags in this order, and values that bear
 * them. So a read asks for no numbers of tags, and flushing one tag is one write.
 */
final class TaggedStore implements Contract, LockProvider
{
    private readonly string $place;
    private readonly array $tags;

    public function __construct(private readonly Store $store, array $names)
    {
        $this->tags = array_map(fn ($name) => $store->getPrefix() . ":tag:$name", $names);
        $this->place = 'tags:' . hash('sha256', serialize(array_map('strval', $names))) . ':';
    }

    public function get($key)
    {
        return $this->store->get($this->place . $key);
    }

    public function many(array $keys)
    {
        $found = $this->store->many(array_map(fn ($key) => $this->place . $key, $keys));
        return array_combine($keys, array_values($found));
    }

    public function put($key, $value, $seconds)
    {
        return $this->store->set($this->place . $key, $value, Store::life($seconds), $this->tags);
    }

    public function putMany(array $values, $seconds)
    {
        $placed = [];
        foreach ($values as $key => $value) {
            $placed[$this->place . $key] = $value;
        }
        return $this->store->setMany($placed, Store::life($seconds), $this->tags);
    }

    public function forever($key, $value)
    {
        return $this->store->set($this->place . $key, $value, null, $this->tags);
    }

    public function add($key, $value, $seconds)
    {
        return $this->store->addNew($this->place . $key, $value, Store::life($seconds), $this->tags);
    }

    public function increment($key, $value = 1)
    {
        return $this->store->count($this->place . $key, (int) $value, $this->tags);
    }

    public function decrement($key, $value = 1)
    {
        return $this->store->count($this->place . $key, -(int) $value, $this->tags);
    }

    public function touch($key, $seconds)
    {
        return $this->store->touch($this->place . $key, $seconds);
    }

    public function forget($key)
    {
        return $this->store->forget($this->place . $key);
    }

    /** Values with any of these tags, in whatever company. */
    public function flush()
    {
        return $this->store->invalidate($this->tags);
    }

    public function getPrefix()
    {
        return $this->store->getPrefix();
    }

    public function lock($name, $seconds = 0, $owner = null)
    {
        return $this->store->lock($name, $seconds, $owner);
    }

    public function restoreLock($name, $owner)
    {
        return $this->store->restoreLock($name, $owner);
    }

    /** @internal */
    public function remember(string $key, ?int $life, \Closure $compute, int $stale, Refresh $refresh): mixed
    {
        return $this->store->remember($this->place . $key, $life, $compute, $stale, $refresh, $this->tags);
    }
}
