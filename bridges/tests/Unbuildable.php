<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests;

/** What is stored, and throws when it is to be built again. */
final class Unbuildable
{
    public function __construct(private bool $byError = false)
    {
    }

    public function __serialize(): array
    {
        return [$this->byError];
    }

    public function __unserialize(array $data): void
    {
        throw $data[0] ? new \TypeError('of another time') : new \DomainException('of another time');
    }
}
