<?php

declare(strict_types=1);

namespace Strata\Bridge\Laravel;

use Illuminate\Cache\TagSet as Base;

/** Laravel's word for several tags: they are strata's own, and no key stands for one. */
final class TagSet extends Base
{
    private bool $done = true;

    public function __construct(private readonly TaggedStore $tagged, Store $store, array $names)
    {
        parent::__construct($store, $names);
    }

    public function reset()
    {
        $this->done = $this->tagged->flush();
    }

    public function flush()
    {
        $this->reset();
    }

    public function resetTag($name)
    {
        $this->done = (new TaggedStore($this->store, [$name]))->flush();
        return $this->tagId($name);
    }

    public function flushTag($name)
    {
        $this->resetTag($name);
    }

    public function tagId($name)
    {
        return (string) $name;
    }

    /** Whether the deepest tier confirmed the last reset. */
    public function isDone(): bool
    {
        return $this->done;
    }
}
