<?php

declare(strict_types=1);

namespace Strata\Bridge\Psr6;

use DateInterval;
use DateTimeInterface;
use Psr\Cache\CacheItemInterface;
use Strata\Bridge\Lifetime;

/** What a Pool found under a key, or what is to be stored there. */
final class Item implements CacheItemInterface
{
    private ?float $end = null;

    private bool $hasEnd = false;

    /** @internal Items come from a Pool. */
    public function __construct(private string $key, private mixed $value, private bool $isHit)
    {
    }

    public function getKey(): string
    {
        return $this->key;
    }

    public function get(): mixed
    {
        return $this->value;
    }

    public function isHit(): bool
    {
        return $this->isHit;
    }

    public function set($value): static
    {
        $this->value = $value;
        return $this;
    }

    /** null, as in expiresAfter(): what the pool gives to a value that names no end. */
    public function expiresAt($expiration): static
    {
        if ($expiration !== null && !$expiration instanceof DateTimeInterface) {
            throw new InvalidArgument('A value expires at a DateTimeInterface, or null; given: ' . get_debug_type($expiration));
        }
        return $this->ends($expiration === null ? null : Lifetime::moment($expiration));
    }

    public function expiresAfter($time): static
    {
        if ($time !== null && !is_int($time) && !$time instanceof DateInterval) {
            throw new InvalidArgument('A value expires after seconds, a DateInterval, or null; given: ' . get_debug_type($time));
        }
        return $this->ends(Lifetime::end($time));
    }

    /** @internal What is left of its life, or that of the pool if it names none. */
    public function left(null|int|DateInterval $default): null|int|DateInterval
    {
        return $this->hasEnd ? Lifetime::left($this->end) : $default;
    }

    private function ends(?float $end): static
    {
        $this->end = $end;
        $this->hasEnd = $end !== null;
        return $this;
    }
}
