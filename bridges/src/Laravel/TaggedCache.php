<?php

declare(strict_types=1);

namespace Strata\Bridge\Laravel;

use Illuminate\Cache\Repository as Base;
use Illuminate\Cache\TaggedCache as LaravelTaggedCache;

/** `Cache::tags([...])` of a Store. */
final class TaggedCache extends LaravelTaggedCache
{
    use Remembers;

    public function __construct(Store $store, array $names)
    {
        $tagged = new TaggedStore($store, $names);
        parent::__construct($tagged, new TagSet($tagged, $store, $names));
    }

    /* The store knows the places of the keys: so many of them are one round trip, as without tags. */

    protected function itemKey($key)
    {
        return $key;
    }

    public function many(array $keys)
    {
        return Base::many($keys);
    }

    public function putMany(array $values, $ttl = null)
    {
        return Base::putMany($values, $ttl);
    }

    public function flush()
    {
        parent::flush();
        return $this->tags->isDone();
    }

    public function clear(): bool
    {
        return $this->flush();
    }
}
