<?php

declare(strict_types=1);

namespace Strata\Bridge\Symfony;

use Closure;
use Symfony\Component\Cache\CacheItem;

/**
 * Items of Symfony, and what is stored of them.
 *
 * A value whose item has metadata (tags, its end, how long it took to compute) is stored with them, in an array;
 * all others as they are, so that strata's own methods read them.
 *
 * CacheItem is final, and its properties are protected: the adapters of Symfony bind closures to it, and so does this.
 *
 * @internal
 */
final class Packing
{
    private const METADATA = "\0strata";

    /** @param array<string, mixed> $metadata */
    public static function pack(mixed $value, array $metadata): mixed
    {
        if ($metadata === [] && !(is_array($value) && isset($value[self::METADATA]))) {
            return $value;
        }
        return [self::METADATA => $metadata, 'value' => $value];
    }

    /** @return array{mixed, array<string, mixed>} the value, its metadata */
    public static function unpack(mixed $stored): array
    {
        if (is_array($stored) && isset($stored[self::METADATA])) {
            return [$stored['value'], $stored[self::METADATA]];
        }
        return [$stored, []];
    }

    public static function miss(string $key): CacheItem
    {
        return self::make()($key, null, [], false);
    }

    public static function hit(string $key, mixed $stored): CacheItem
    {
        [$value, $metadata] = self::unpack($stored);
        return self::make()($key, $value, $metadata, true);
    }

    /** What the item was told to be: [its end in seconds since 1970 or null, new metadata]. */
    public static function told(CacheItem $item): array
    {
        static $told;
        $told ??= Closure::bind(
            static fn (CacheItem $item) => [$item->expiry, $item->newMetadata],
            null,
            CacheItem::class,
        );
        return $told($item);
    }

    /** The item has now been given to the pool with these metadata. */
    public static function given(CacheItem $item, array $metadata): void
    {
        static $given;
        $given ??= Closure::bind(
            static function (CacheItem $item, array $metadata): void {
                $item->metadata = $metadata;
            },
            null,
            CacheItem::class,
        );
        $given($item, $metadata);
    }

    private static function make(): Closure
    {
        static $make;
        return $make ??= Closure::bind(
            static function (string $key, mixed $value, array $metadata, bool $isHit): CacheItem {
                $item = new CacheItem();
                $item->key = $key;
                $item->value = $value;
                $item->isHit = $isHit;
                $item->metadata = $metadata;
                $item->isTaggable = true;
                return $item;
            },
            null,
            CacheItem::class,
        );
    }
}
