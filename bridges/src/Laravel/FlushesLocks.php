<?php

declare(strict_types=1);

namespace Strata\Bridge\Laravel;

use Illuminate\Contracts\Cache\CanFlushLocks;

/* Laravel has the interface since version 13. */
if (interface_exists(CanFlushLocks::class)) {
    interface FlushesLocks extends CanFlushLocks
    {
    }
} else {
    interface FlushesLocks
    {
    }
}
