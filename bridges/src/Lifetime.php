<?php

declare(strict_types=1);

namespace Strata\Bridge;

use DateInterval;
use DateTimeImmutable;

/** Moments at which values end, as strata's times to live. */
final class Lifetime
{
    /** Below so many seconds a life is kept to the millisecond. */
    private const EXACT_BELOW = 10;

    /** Seconds since 1970 until which a time to live from now lasts; null: it never ends. */
    public static function end(null|int|float|DateInterval $ttl): ?float
    {
        if ($ttl instanceof DateInterval) {
            return self::moment((new DateTimeImmutable())->add($ttl));
        }
        return $ttl === null ? null : microtime(true) + $ttl;
    }

    public static function moment(\DateTimeInterface $moment): float
    {
        return (float) $moment->format('U.u');
    }

    /**
     * What is left until that end; 0: nothing. Longer lives are whole seconds, at most 0.1 s more than what is left:
     * so values that were given their ends one after the other can be stored in one call.
     */
    public static function left(?float $end): null|int|DateInterval
    {
        if ($end === null) {
            return null;
        }
        $left = $end - microtime(true);
        if ($left >= self::EXACT_BELOW) {
            return (int) ($left + 0.1);
        }
        return $left > 0 ? self::interval($left) : 0;
    }

    /** A float as an interval: strata takes whole seconds, or an interval, to the millisecond. */
    private static function interval(float $seconds): DateInterval
    {
        $interval = new DateInterval('PT0S');
        $interval->s = (int) $seconds;
        $interval->f = $seconds - $interval->s;
        return $interval;
    }
}
