<?php

declare(strict_types=1);

namespace Strata\Command;

/** What does not fit together where a database has a second place: by its settings, and by what its servers say. */
final class Moves
{
    /** Clocks of a host and a server, in milliseconds: with a timed switch, hosts change so far apart. */
    private const APART = 1000;

    /** @param array<string, ?string> $settings of one database @return string[] warnings */
    public static function warnings(array $settings): array
    {
        if (!self::has_shadow($settings)) {
            return [];
        }
        $leads = ($settings['shadow_mode'] ?? '') === 'lead';
        return $leads && !filter_var($settings['shadow_fill'] ?? '', FILTER_VALIDATE_BOOLEAN)
            ? ['shadow_mode = lead with shadow_fill = off: what is read and seldom written may be missing in the place that answers; look at'
                . ' strata diff first, or set shadow_fill = on'] : [];
    }

    /** @param array<string, ?string> $settings */
    public static function has_shadow(array $settings): bool
    {
        return ($settings['shadow_redis'] ?? '') !== '' || ($settings['shadow_memcached'] ?? '') !== '';
    }

    /** Of what strata_check() saw of the servers of a database. @param array<string, array<string, mixed>> $nodes @return array<string, string> by server */
    public static function clocks(array $nodes): array
    {
        $warnings = [];
        foreach ($nodes as $name => $node) {
            $off = abs($node['clock']['difference'] ?? 0) - ($node['clock']['uncertainty'] ?? 0);
            if ($off > self::APART) {
                $warnings[(string) $name] = sprintf('its clock and that of this host are %.1f s apart: hosts change places by their clocks, and values'
                    . ' end by them; let NTP set both', abs($node['clock']['difference']) / 1000);
            }
        }
        return $warnings;
    }
}
