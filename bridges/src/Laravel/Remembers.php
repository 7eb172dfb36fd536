<?php

declare(strict_types=1);

namespace Strata\Bridge\Laravel;

use Illuminate\Cache\Events\CacheEvent;
use Illuminate\Cache\Events\CacheHit;
use Illuminate\Cache\Events\CacheMissed;
use Illuminate\Cache\Events\KeyWritten;
use Strata\Computed;
use Strata\Refresh;

/** What a cache of Laravel computes, on Strata\Cache::remember(). As in Laravel, a null is never kept. */
trait Remembers
{
    public function remember($key, $ttl, \Closure $callback)
    {
        return $this->compute($key, $ttl, 0, Refresh::Now, $callback);
    }

    public function rememberForever($key, \Closure $callback)
    {
        return $this->compute($key, null, 0, Refresh::Now, $callback);
    }

    /**
     * For the first number of seconds the value is fresh. Until the second one it is returned as it is, and computed
     * anew after the response, by one caller of all. strata's own lease stands for the lock.
     */
    public function flexible($key, $ttl, $callback, $lock = null, $alwaysDefer = false)
    {
        [$fresh, $all] = array_map(fn ($seconds) => $this->getSeconds($seconds), array_values($ttl));
        return $this->compute($key, $fresh, max(0, $all - $fresh), Refresh::AfterResponse, $callback);
    }

    private function compute($key, $ttl, int $stale, Refresh $refresh, callable $callback): mixed
    {
        $key = $key instanceof \UnitEnum ? ($key instanceof \BackedEnum ? $key->value : $key->name) : $key;
        $computed = false;
        $make = function (Computed $of) use ($callback, $ttl, $key, &$computed) {
            $computed = true;
            $this->tell(CacheMissed::class, $key);
            $value = $callback();
            $seconds = $ttl === null ? null : $this->getSeconds(value($ttl, $value));
            if ($value === null || $seconds === 0) {
                $of->dontStore();
            } else {
                $of->expiresAfter($seconds);
                $this->tell(KeyWritten::class, $key, $value, $seconds);
            }
            return $value;
        };
        $life = $ttl === null || $ttl instanceof \Closure ? null : max(1, $this->getSeconds($ttl));
        $value = $this->store->remember((string) $this->itemKey($key), $life, $make, $stale, $refresh);
        if (!$computed) {
            $this->tell(CacheHit::class, $key, $value);
        }
        return $value;
    }

    /** Since version 11 an event names the store first. */
    private function tell(string $event, ...$arguments): void
    {
        if ($this->events !== null) {
            $store = property_exists(CacheEvent::class, 'storeName') ? [$this->getName()] : [];
            $this->event(new $event(...$store, ...$arguments));
        }
    }
}
