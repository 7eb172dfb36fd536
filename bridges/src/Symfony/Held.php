<?php

declare(strict_types=1);

namespace Strata\Bridge\Symfony;

use Strata\Cache;
use Strata\Lock;

/**
 * What a Key knows of its lock: the lock, or in a process that got the key from another one, its token.
 *
 * Asking a lock for its token unbinds it from the request: so that is done when the key goes elsewhere, or when it
 * ends and its lock was not released. A process that dies does neither, and its lock is released.
 *
 * @internal
 */
final class Held
{
    private ?string $token = null;

    public function __construct(private ?Lock $lock)
    {
    }

    /** Did it come from another process? Then the lock is held where the server says so. */
    public function isTakenUp(): bool
    {
        return $this->token !== null;
    }

    public function lock(Cache $cache, string $name, int $ttl): Lock
    {
        return $this->lock ??= $cache->lock($name, $ttl, $this->token);
    }

    /** @return array{string} */
    public function __serialize(): array
    {
        return [$this->lock?->token() ?? $this->token];
    }

    /** @param array{string} $token */
    public function __unserialize(array $token): void
    {
        [$this->token] = $token;
        $this->lock = null;
    }

    public function __destruct()
    {
        if ($this->lock?->isHeld()) {
            $this->lock->token();
        }
    }
}
