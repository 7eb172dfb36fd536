<?php

declare(strict_types=1);

namespace Strata\Tests;

use DateInterval;
use Psr\SimpleCache\CacheInterface;
use Psr\SimpleCache\InvalidArgumentException;

final class InvalidArgument extends \InvalidArgumentException implements InvalidArgumentException
{
}

/**
 * PSR-16 over strata: untyped parameters satisfy all three versions of the interface, and what the
 * standard forbids is refused here, because strata itself takes any key.
 */
final class Psr16Cache extends \Strata\Cache implements CacheInterface
{
    public function get($key, $default = null): mixed
    {
        return parent::get(self::key($key), $default);
    }

    public function set($key, $value, $ttl = null): bool
    {
        return parent::set(self::key($key), $value, self::ttl($ttl));
    }

    public function delete($key): bool
    {
        return parent::delete(self::key($key));
    }

    public function has($key): bool
    {
        return parent::has(self::key($key));
    }

    public function getMultiple($keys, $default = null): array
    {
        return parent::getMultiple(self::keys($keys), $default);
    }

    public function setMultiple($values, $ttl = null): bool
    {
        $checked = [];
        foreach (self::iterable($values) as $key => $value) {
            $checked[self::key(is_int($key) ? (string) $key : $key)] = $value;
        }
        return parent::setMultiple($checked, self::ttl($ttl));
    }

    public function deleteMultiple($keys): bool
    {
        return parent::deleteMultiple(self::keys($keys));
    }

    private static function key(mixed $key): string
    {
        if (!is_string($key) || $key === '' || strpbrk($key, '{}()/\@:') !== false) {
            throw new InvalidArgument('A key is a string of at least one character, none of {}()/\@:');
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
