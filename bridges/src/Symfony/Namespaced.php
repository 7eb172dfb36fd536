<?php

declare(strict_types=1);

namespace Strata\Bridge\Symfony;

use Symfony\Contracts\Cache\NamespacedPoolInterface;

/* Contracts before 3.6 have no pools with namespaces: there it is an interface of its own. */
if (interface_exists(NamespacedPoolInterface::class)) {
    /** Symfony's withSubNamespace(), where the contracts that are installed have it. */
    interface Namespaced extends NamespacedPoolInterface
    {
    }
} else {
    interface Namespaced
    {
        public function withSubNamespace(string $namespace): static;
    }
}
