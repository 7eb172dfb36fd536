<?php

declare(strict_types=1);

namespace Strata\Bridge\Symfony;

use Closure;
use Strata\Bridge\Lifetime;
use Strata\Computed;
use Symfony\Component\Cache\CacheItem;
use Symfony\Contracts\Cache\ItemInterface;

/**
 * One call of the callback of Adapter::get(), and what it said through its item: the end of the value and its tags.
 *
 * @internal
 */
final class Computation
{
    /** What the callback threw, so that it is told from a failure of the cache. */
    public ?\Throwable $thrown = null;

    /** strata's tags that it named, where the value is to be stored. */
    public array $tags = [];

    public bool $isToBeStored = false;

    /** The end of the value, in seconds since 1970; null: it does not end. */
    public ?float $end = null;

    private float $began = 0.0;

    private bool $isDone = false;

    private mixed $stored = null;

    /** @param Closure(array): list<string> $tagsOf strata's tags of a value with these metadata */
    public function __construct(
        private $callback,
        private CacheItem $item,
        private int $defaultLifetime,
        private Closure $tagsOf,
    ) {
    }

    /** What is to be stored. Without a Computed nothing will be. */
    public function compute(?Computed $computed): mixed
    {
        $save = true;
        $this->began = microtime(true);
        try {
            $value = ($this->callback)($this->item, $save);
        } catch (\Throwable $thrown) {
            $this->thrown = $thrown;
            throw $thrown;
        }
        [$end, $metadata] = Packing::told($this->item);
        $this->end = $end ?? ($this->defaultLifetime > 0 ? microtime(true) + $this->defaultLifetime : null);
        if ($this->end !== null) {
            $metadata[ItemInterface::METADATA_EXPIRY] = $this->end;
            $metadata[ItemInterface::METADATA_CTIME] = (int) ceil(1000 * $this->age());
        }
        $left = Lifetime::left($this->end);
        $this->isToBeStored = $save && $left !== 0;
        if ($this->isToBeStored) {
            $this->tags = ($this->tagsOf)($metadata);
            $computed?->expiresAfter($left)->tag(...$this->tags);
        } else {
            $computed?->dontStore();
        }
        $this->isDone = true;
        return $this->stored = Packing::pack($value, $metadata);
    }

    /** Seconds since it began. */
    public function age(): float
    {
        return microtime(true) - $this->began;
    }

    /** After a failure of the cache: what was computed, or is now. */
    public function result(): mixed
    {
        return $this->isDone ? $this->stored : $this->compute(null);
    }
}
