<?php

declare(strict_types=1);

namespace Strata\Bridge\Laravel;

use Illuminate\Cache\Lock as Base;
use Strata\Bridge\Deepest;
use Strata\Cache;
use Strata\Result;

/**
 * A lock of Laravel is a value, the owner, that is added to the deepest tier and deleted by comparison. It outlives
 * its request and its process, its owner can be asked for, and forceRelease() takes it from whoever has it: all that
 * Laravel's locks do, and Strata\Lock, whose holder is its secret, does not.
 */
final class Lock extends Base
{
    private const TRIES = 100;

    private readonly Deepest $deepest;

    public function __construct(private readonly Cache $locks, string $name, int $seconds, $owner = null)
    {
        parent::__construct($name, $seconds, $owner);
        $this->deepest = new Deepest($locks);
    }

    public function acquire()
    {
        return $this->locks->add($this->name, (string) $this->owner, $this->life($this->seconds));
    }

    public function release()
    {
        return $this->whileOwned(fn (Result $seen) => $this->locks->compareAndDelete($this->name, $seen));
    }

    /** Begins its time anew. False: it was lost. */
    public function refresh($seconds = null)
    {
        $life = $this->life((int) ($seconds ?? $this->seconds));
        return $this->whileOwned(fn (Result $seen) => $this->locks->compareAndSet($this->name, $seen, (string) $this->owner, $life));
    }

    public function forceRelease()
    {
        $this->locks->delete($this->name);
    }

    protected function getCurrentOwner()
    {
        return $this->deepest->fetch($this->name)->value;
    }

    /** Another one with the same owner may refresh it meanwhile. */
    private function whileOwned(\Closure $act): bool
    {
        for ($tries = 0; $tries < self::TRIES; $tries++) {
            $seen = $this->deepest->fetch($this->name);
            if ($seen->value !== (string) $this->owner) {
                return false;
            }
            if ($act($seen)) {
                return true;
            }
        }
        return false;
    }

    /** 0 has no end, as in Laravel. */
    private function life(int $seconds): ?int
    {
        return $seconds > 0 ? $seconds : null;
    }
}
