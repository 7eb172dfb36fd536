<?php

declare(strict_types=1);

namespace Strata\Bridge\Psr16;

use DateInterval;
use Psr\SimpleCache\CacheException;
use Psr\SimpleCache\CacheInterface;

/**
 * PSR-16 over strata: untyped parameters satisfy all three versions of the interface, what the
 * standard forbids is refused here, because strata itself takes nearly any key, and what strata
 * throws gets the standard's name. What a generator or __serialize() of the caller throws is the
 * caller's, and passes; a value whose class throws while it is built is a miss, as the standard says.
 *
 * All other methods of Strata\Cache are here too, and throw what it throws.
 */
class Cache extends \Strata\Cache implements CacheInterface
{
    public function __construct(string $database = 'default', string $namespace = '')
    {
        self::named(fn () => parent::__construct($database, $namespace));
    }

    public function get($key, $default = null): mixed
    {
        $key = self::key($key);
        try {
            return self::named(fn () => parent::get($key, $default));
        } catch (CacheException $failure) {
            throw $failure;
        } catch (\Throwable) {
            return $default;
        }
    }

    public function set($key, $value, $ttl = null, array $tags = []): bool
    {
        return self::named(fn () => parent::set(self::key($key), $value, self::ttl($ttl), $tags));
    }

    public function delete($key): bool
    {
        return self::named(fn () => parent::delete(self::key($key)));
    }

    public function clear(): bool
    {
        return self::named(fn () => parent::clear());
    }

    public function has($key): bool
    {
        return self::named(fn () => parent::has(self::key($key)));
    }

    public function getMultiple($keys, $default = null): array
    {
        $checked = self::keys($keys);
        try {
            return self::named(fn () => parent::getMultiple($checked, $default));
        } catch (CacheException $failure) {
            throw $failure;
        } catch (\Throwable) {
            /* One value that cannot be built is no reason to miss the others. */
            $values = [];
            foreach ($checked as $key) {
                $values[$key] = $this->get($key, $default);
            }
            return $values;
        }
    }

    public function setMultiple($values, $ttl = null, array $tags = []): bool
    {
        $checked = [];
        foreach (self::iterable($values) as $key => $value) {
            $checked[self::key(is_int($key) ? (string) $key : $key)] = $value;
        }
        return self::named(fn () => parent::setMultiple($checked, self::ttl($ttl), $tags));
    }

    public function deleteMultiple($keys): bool
    {
        $checked = self::keys($keys);
        return self::named(fn () => parent::deleteMultiple($checked));
    }

    private static function named(callable $act): mixed
    {
        try {
            return $act();
        } catch (\Strata\StrataException $thrown) {
            throw new Failure($thrown->getMessage(), 0, $thrown);
        }
    }

    private static function key(mixed $key): string
    {
        if (!is_string($key) || $key === '' || strlen($key) > 65536 || strpbrk($key, '{}()/\@:') !== false) {
            throw new InvalidArgument('A key is a string of 1 to 65536 bytes, none of {}()/\@:');
        }
        return $key;
    }

    private static function keys(mixed $keys): array
    {
        $checked = [];
        foreach (self::iterable($keys) as $key) {
            $checked[] = self::key($key);
        }
        return $checked;
    }

    private static function iterable(mixed $given): iterable
    {
        return is_iterable($given) ? $given : throw new InvalidArgument('An array or Traversable is expected');
    }

    private static function ttl(mixed $ttl): null|int|DateInterval
    {
        if ($ttl === null || is_int($ttl) || $ttl instanceof DateInterval) {
            return $ttl;
        }
        throw new InvalidArgument('A time to live is null, seconds, or a DateInterval');
    }
}
