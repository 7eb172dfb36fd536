<?php

declare(strict_types=1);

namespace Strata\Bridge\Laravel;

use Illuminate\Cache\Repository as Base;

/** Laravel's cache, whose remember() and flexible() are strata's: of all hosts, one computes at a time. */
class Repository extends Base
{
    use Remembers;
}
