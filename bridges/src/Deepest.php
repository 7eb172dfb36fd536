<?php

declare(strict_types=1);

namespace Strata\Bridge;

use Strata\Cache;
use Strata\Result;
use Strata\Tier;

/** Reads what the deepest tier of a database says, and no nearer one. */
final class Deepest
{
    private ?Tier $tier = null;

    public function __construct(private readonly Cache $cache)
    {
    }

    public function fetch(string $key): Result
    {
        if ($this->tier !== null) {
            return $this->cache->fetch($key, from: $this->tier);
        }
        /* A tier that the database does not have is refused before anything is asked. */
        foreach ([Tier::Redis, Tier::Memcached] as $tier) {
            try {
                $result = $this->cache->fetch($key, from: $tier);
                $this->tier = $tier;
                return $result;
            } catch (\ValueError) {
            }
        }
        $this->tier = Tier::Local;
        return $this->cache->fetch($key, from: $this->tier);
    }
}
