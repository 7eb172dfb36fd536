<?php

declare(strict_types=1);

namespace Strata\Bridge\Symfony;

use Psr\Cache\CacheItemInterface;
use Psr\Log\LoggerAwareInterface;
use Psr\Log\LoggerAwareTrait;
use Strata\Bridge\Lifetime;
use Strata\BusyException;
use Strata\Cache;
use Strata\Reason;
use Strata\Refresh;
use Strata\Status;
use Strata\StrataException;
use Symfony\Component\Cache\Adapter\TagAwareAdapterInterface;
use Symfony\Component\Cache\CacheItem;
use Symfony\Component\Cache\Exception\InvalidArgumentException;
use Symfony\Component\Cache\ResettableInterface;
use Symfony\Contracts\Cache\ItemInterface;
use Symfony\Contracts\Cache\TagAwareCacheInterface;

/**
 * A pool of symfony/cache over a database of strata: one namespace of it, with strata's own tags. Untyped parameters
 * satisfy the interfaces of all versions since 5.4.
 *
 * get() is strata's remember(): once on the whole fleet, and early by chance before the end of a value. Its callback
 * finds the present value in its item only with a beta of INF. Everything that fails is a miss or false and goes to
 * the logger, as with Symfony's own adapters; but an operator that wants a BusyException gets it.
 */
final class Adapter implements
    TagAwareAdapterInterface,
    TagAwareCacheInterface,
    ResettableInterface,
    LoggerAwareInterface,
    Namespaced
{
    use LoggerAwareTrait;

    /** Seconds after its invalidation in which a tag that the callback names keeps strata from storing: keepForAWhile(). */
    private const YOUNG = 5;

    private Cache $cache;

    private int $defaultLifetime;

    /** Of the tags: they are those of the pool in all its namespaces. */
    private string $tagPrefix;

    /** Of the tags that stand for prefixes of keys; '@' is in no other tag. */
    private string $place;

    /** @var array<CacheItem> under their keys */
    private array $deferred = [];

    /** @var array<true> keys that this pool computes */
    private array $computing = [];

    /**
     * The first two arguments are those that the framework gives to the adapters of its pools.
     *
     * @param int          $defaultLifetime of items that name none, in seconds; 0: they do not end
     * @param list<string> $prefixes        of keys that clear($prefix) can clear alone
     */
    public function __construct(
        string $namespace = '',
        int $defaultLifetime = 0,
        string $database = 'default',
        private array $prefixes = [],
    ) {
        foreach ($namespace === '' ? $prefixes : [$namespace, ...$prefixes] as $name) {
            CacheItem::validateKey($name);
        }
        $this->defaultLifetime = max(0, $defaultLifetime);
        $this->cache = new Cache($database, $namespace);
        $this->tagPrefix = $namespace === '' ? '' : "$namespace:";
        $this->place = "$namespace:@";
    }

    public function withSubNamespace(string $namespace): static
    {
        $this->commit();
        $sub = clone $this;
        $sub->cache = $this->cache->namespace(CacheItem::validateKey($namespace));
        $sub->place = "$this->place$namespace:@";
        return $sub;
    }

    public function get(string $key, callable $callback, ?float $beta = null, ?array &$metadata = null): mixed
    {
        $beta ??= 1.0;
        if (!($beta >= 0)) {
            throw new InvalidArgumentException("The beta of get() is 0 or more, or INF; given: $beta");
        }
        $this->commitBefore([CacheItem::validateKey($key)]);
        if (isset($this->computing[$key])) {
            $save = true;
            return $callback(Packing::miss($key), $save);
        }
        $isForced = $beta === INF;
        $computation = new Computation(
            $callback,
            $isForced ? $this->getItem($key) : Packing::miss($key),
            $this->defaultLifetime,
            $this->tagsOf(...),
        );
        $this->computing[$key] = true;
        try {
            $stored = $this->cache->remember(
                $key,
                $this->defaultLifetime ?: null,
                $computation->compute(...),
                beta: $isForced ? 0.0 : $beta,
                tags: $this->places($key),
                refresh: $isForced ? Refresh::Force : Refresh::Now,
            );
        } catch (\Throwable $failure) {
            if ($failure === $computation->thrown || $failure instanceof BusyException || $failure instanceof \ValueError) {
                throw $failure;
            }
            $this->tell('to get or store "{key}"', $failure, $key);
            $stored = $computation->result();
            if ($computation->isToBeStored && !$failure instanceof StrataException) {
                /* The value that is there cannot be built. */
                $this->store([$key => $stored], Lifetime::left($computation->end), [...$this->places($key), ...$computation->tags]);
            }
        } finally {
            unset($this->computing[$key]);
        }
        $this->keepForAWhile($key, $stored, $computation, $isForced);
        [$value, $metadata] = Packing::unpack($stored);
        return $value;
    }

    public function delete(string $key): bool
    {
        return $this->deleteItem($key);
    }

    public function getItem($key): CacheItem
    {
        $this->commitBefore([CacheItem::validateKey($key)]);
        $nothing = $this;
        $stored = $this->tried('to fetch "{key}"', $nothing, fn () => $this->cache->get($key, $nothing), $key);
        return $stored === $nothing ? Packing::miss($key) : Packing::hit($key, $stored);
    }

    /** All in at most one round trip to each tier, which is made at once. */
    public function getItems(array $keys = []): iterable
    {
        $this->commitBefore(array_map(CacheItem::validateKey(...), $keys));
        $nothing = $this;
        $found = $this->tried('to fetch several keys', null, fn () => $this->cache->getMultiple($keys, $nothing));
        return (function () use ($keys, $found, $nothing) {
            foreach ($keys as $key) {
                /* One value that cannot be built is no reason to miss the others. */
                $stored = $found === null ? null : $found[$key];
                yield $key => match (true) {
                    $found === null => $this->getItem($key),
                    $stored === $nothing => Packing::miss($key),
                    default => Packing::hit($key, $stored),
                };
            }
        })();
    }

    public function hasItem($key): bool
    {
        $this->commitBefore([CacheItem::validateKey($key)]);
        return $this->tried('to look for "{key}"', false, fn () => $this->cache->has($key), $key);
    }

    /**
     * With a prefix that the constructor was given, the keys that begin with it. strata keeps no list of keys, so any
     * other prefix clears the whole pool: more than was asked for, and never less.
     */
    public function clear(string $prefix = ''): bool
    {
        $this->deferred = [];
        if (preg_match('#[^-+.:_A-Za-z0-9]#', $prefix)) {
            $this->logger?->warning('Failed to clear the cache: the prefix has invalid characters.');
            return false;
        }
        if ($prefix !== '' && in_array($prefix, $this->prefixes, true)) {
            return (bool) $this->confirmed('to clear a prefix', fn () => $this->cache->invalidateTags($this->place . $prefix));
        }
        if ($prefix !== '') {
            $this->logger?->info('The prefix "{prefix}" is not among those of this pool: all of it is cleared.', ['prefix' => $prefix]);
        }
        return (bool) $this->confirmed('to clear the cache', fn () => $this->cache->clear());
    }

    public function deleteItem($key): bool
    {
        unset($this->deferred[CacheItem::validateKey($key)]);
        return (bool) $this->confirmed('to delete "{key}"', fn () => $this->cache->delete($key), $key);
    }

    public function deleteItems(array $keys): bool
    {
        foreach ($keys as $key) {
            unset($this->deferred[CacheItem::validateKey($key)]);
        }
        return (bool) $this->confirmed('to delete several keys', fn () => $this->cache->deleteMultiple($keys));
    }

    public function save(CacheItemInterface $item): bool
    {
        return $this->saveDeferred($item) && $this->commit();
    }

    /** What happens to the item afterwards does not change what will be stored. */
    public function saveDeferred(CacheItemInterface $item): bool
    {
        if (!$item instanceof CacheItem) {
            return false;
        }
        $this->deferred[$item->getKey()] = clone $item;
        Packing::given($item, Packing::told($item)[1]);
        return true;
    }

    /** Items of equal lives and tags are one call. */
    public function commit(): bool
    {
        $deferred = $this->deferred;
        $this->deferred = [];
        $groups = [];
        foreach ($deferred as $key => $item) {
            [$end, $metadata] = Packing::told($item);
            $how = [
                $end === null ? $this->defaultLifetime ?: null : Lifetime::left((float) $end),
                [...$this->places((string) $key), ...$this->tagsOf($metadata)],
            ];
            $group = serialize($how);
            $groups[$group] ??= [$how, []];
            $groups[$group][1][$key] = Packing::pack($item->get(), $metadata);
        }
        $all = true;
        foreach ($groups as [[$ttl, $tags], $values]) {
            $all = $this->store($values, $ttl, $tags) && $all;
        }
        return $all;
    }

    /** Those of deferred items are not invalidated: they are stored first, and are gone then. */
    public function invalidateTags(array $tags): bool
    {
        foreach ($tags as $tag) {
            CacheItem::validateKey($tag);
        }
        if ($tags === []) {
            return false;
        }
        $names = array_map(fn (string $tag) => $this->tagPrefix . $tag, array_values($tags));
        return (bool) $this->confirmed('to invalidate tags', fn () => $this->cache->invalidateTags(...$names));
    }

    public function reset(): void
    {
        $this->commit();
    }

    public function __destruct()
    {
        $this->commit();
    }

    /** Copies would store deferred items twice, and each at another time. */
    public function __clone()
    {
        $this->deferred = $this->computing = [];
    }

    public function __serialize(): array
    {
        throw new \BadMethodCallException('A pool of strata is not serialized');
    }

    /**
     * remember() stores no value with a tag that its callback named and that was invalidated in the last seconds, which
     * was perhaps while it was computed. Symfony names all tags so, and expects the value to be there afterwards. So it
     * is, for as long as strata would not store it: what was invalidated or deleted while it was computed is seen for
     * these seconds and no longer.
     */
    private function keepForAWhile(string $key, mixed $stored, Computation $computation, bool $isForced): void
    {
        if ($computation->tags === []) {
            return;
        }
        $this->tried('to save "{key}"', false, function () use ($key, $stored, $computation, $isForced): bool {
            $found = $this->cache->fetch($key);
            if ($found->status === Status::Hit && !($isForced && $found->age > $computation->age())) {
                return true;
            }
            $left = Lifetime::left(min($computation->end ?? INF, microtime(true) + self::YOUNG));
            $tags = [...$this->places($key), ...$computation->tags];
            /* What cannot be built is a miss to get(), and something to add(). */
            return $isForced || $found->reason === Reason::Corrupt
                ? $this->cache->set($key, $stored, $left, $tags)
                : $this->cache->add($key, $stored, $left, $tags);
        }, $key);
    }

    /** One value that cannot be stored is no reason to lose the others. */
    private function store(array $values, null|int|\DateInterval $ttl, array $tags): bool
    {
        $isAlone = count($values) === 1;
        $act = fn () => $this->cache->setMultiple($values, $ttl, $tags);
        $done = $this->confirmed('to save {key}', $act, $isAlone ? (string) array_key_first($values) : 'several keys');
        if ($done !== null || $isAlone) {
            return (bool) $done;
        }
        foreach ($values as $key => $value) {
            $this->store([$key => $value], $ttl, $tags);
        }
        return false;
    }

    /** strata's tags of a value with these metadata. */
    private function tagsOf(array $metadata): array
    {
        $tags = [];
        foreach ($metadata[ItemInterface::METADATA_TAGS] ?? [] as $tag) {
            $tags[] = $this->tagPrefix . $tag;
        }
        return $tags;
    }

    /** The tags that stand for the prefixes of this key. */
    private function places(string $key): array
    {
        $places = [];
        foreach ($this->prefixes as $prefix) {
            if (str_starts_with($key, $prefix)) {
                $places[] = $this->place . $prefix;
            }
        }
        return $places;
    }

    /** @param list<string> $keys */
    private function commitBefore(array $keys): void
    {
        if ($this->deferred !== [] && array_intersect_key($this->deferred, array_flip($keys)) !== []) {
            $this->commit();
        }
    }

    /** Of a change. False is said, too: no server confirmed it. Null: strata threw. */
    private function confirmed(string $what, callable $act, string $key = ''): ?bool
    {
        $done = $this->tried($what, null, $act, $key);
        if ($done === false) {
            $this->tell($what, null, $key);
        }
        return $done;
    }

    private function tried(string $what, mixed $otherwise, callable $act, string $key = ''): mixed
    {
        try {
            return $act();
        } catch (\ValueError $mistake) {
            throw $mistake;
        } catch (\Throwable $failure) {
            $this->tell($what, $failure, $key);
            return $otherwise;
        }
    }

    private function tell(string $what, ?\Throwable $failure, string $key): void
    {
        $this->logger?->warning("Failed $what: " . ($failure?->getMessage() ?? 'it was not confirmed'), [
            'key' => $key,
            'exception' => $failure,
            'cache-adapter' => self::class,
        ]);
    }
}
