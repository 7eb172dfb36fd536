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
        $warnings = [];
        $leads = ($settings['shadow_mode'] ?? '') === 'lead';
        if ($leads && (int) ($settings['shadow_share'] ?? '100') < 100) {
            $warnings[] = "shadow_mode = lead with shadow_share = {$settings['shadow_share']}: keys outside of the share are misses; accepted: 100%";
        }
        if ($leads && !filter_var($settings['shadow_fill'] ?? '', FILTER_VALIDATE_BOOLEAN)) {
            $warnings[] = 'shadow_mode = lead with shadow_fill = off: what is read and seldom written may be missing there; look at strata diff'
                . ' first, or set shadow_fill = on';
        }
        foreach (self::shared_servers($settings) as $server) {
            $warnings[] = "$server is a server of both places: what is compared and copied is one; accepted: another server for the shadow";
        }
        return $warnings;
    }

    /** @param array<string, ?string> $settings */
    public static function has_shadow(array $settings): bool
    {
        return ($settings['shadow_redis'] ?? '') !== '' || ($settings['shadow_memcached'] ?? '') !== '';
    }

    /** @param array<string, ?string> $settings @return string[] */
    private static function shared_servers(array $settings): array
    {
        $former = [...self::servers($settings['redis'] ?? ''), ...self::servers($settings['memcached'] ?? '')];
        $shadow = [...self::servers($settings['shadow_redis'] ?? ''), ...self::servers($settings['shadow_memcached'] ?? '')];
        return array_values(array_intersect($former, $shadow));
    }

    /** Of a DSN, each with its database number: two of one server are two places. @return string[] */
    private static function servers(?string $dsn): array
    {
        if (!preg_match('~^([a-z-]+)://(?:.*@)?([^@]*)$~', (string) $dsn, $found)) {
            return [];
        }
        $number = preg_match('~(/\d+)$~', $found[2], $path) ? $path[1] : '';
        $port = match (true) {
            str_starts_with($found[1], 'memcache') => ':11211',
            str_contains($found[1], 'sentinel') => ':26379',
            default => ':6379',
        };
        $names = explode(',', preg_replace('~/[^,/]*$|\?[^,]*~', '', $found[2]));
        return array_map(static fn (string $name) => (preg_match('/:\d+$/', $name) ? $name : $name . $port) . ($number === '/0' ? '' : $number),
            array_map(static fn (string $name) => preg_replace('/^[^=]*=/', '', $name), $names));
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
