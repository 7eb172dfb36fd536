<?php
/*
 * sessions.php [PART] [STORE] [OPTION=VALUE...] — run by run.sh sessions. Real nginx and php-fpm with 16 workers, and
 * servers that are this script's own: does each addition to a session count, is any lost or any request stuck, and what
 * is written for visitors that store nothing?
 *
 * Options: handler=strata|redis|memcached|files, requests=2000, visits=10000, seconds=30, every=10 (seconds from one
 * failover to the next), told=1 (prints what workers were told). Ends with the sum.
 */

require __DIR__ . '/sessions/scenes.inc';

const SHARED = ['memcached', 'redis', 'sentinel', 'cluster'];

/** @return array<string, array{string[], callable(SessionStore, array): array<string, callable(): Found>}> stores, scenes */
function parts_of_sessions(): array
{
    return [
        'count' => [SHARED, fn ($store, $o) => [
            'one session' => fn () => counted($store, $o['handler'], $o['requests'], 1, 1),
            '20 sessions' => fn () => counted($store, $o['handler'], $o['requests'], 20, 1)]],
        'hosts' => [SHARED, fn ($store, $o) => [
            'one session, 2 hosts' => fn () => counted($store, $o['handler'], $o['requests'], 1, 2, at_once: 30),
            'killed, 20 sessions, 2 hosts' => fn () => killed($store, $o['handler'], $o['requests'], 20, 2)]],
        'killed' => [SHARED, fn ($store, $o) => [
            'one session' => fn () => killed($store, $o['handler'], $o['requests'], 1, 1),
            '20 sessions' => fn () => killed($store, $o['handler'], $o['requests'], 20, 1)]],
        'failover' => [['sentinel', 'replicated'], fn ($store, $o) => [
            "every $o[every] s" => fn () => failed_over($store, $o['handler'], $o['seconds'], $o['every'])]],
        'expired' => [SHARED, fn ($store, $o) => [
            'a lock that ends in mid-request' => fn () => expired($store, 4)]],
        'optimistic' => [SHARED, fn ($store, $o) => [
            'none waits' => fn () => optimistic($store, intdiv($o['requests'], 2))]],
        'stopped' => [SHARED, fn ($store, $o) => [
            'servers stop and go on' => fn () => stopped($store, $o['handler'], $o['seconds'] / 2)]],
        'visitors' => [['memcached', 'redis', 'cluster'], fn ($store, $o) => [
            'new ones' => fn () => visitors($store, $o['handler'], $o['visits'], false),
            'with an old id' => fn () => visitors($store, $o['handler'], intdiv($o['visits'], 5), true)]],
        'readers' => [['memcached', 'redis'], fn ($store, $o) => [
            'read_and_close' => fn () => readers($store, $o['handler'], 'read_and_close', 3.0),
            'locked' => fn () => readers($store, $o['handler'], 'locked', 7.0),
            'optimistic' => fn () => readers($store, $o['handler'], 'optimistic', 7.0)]],
        'regenerate' => [SHARED, fn ($store, $o) => [
            'one host' => fn () => regenerated($store, $o['handler'], 20, 1),
            '2 hosts' => fn () => regenerated($store, $o['handler'], 20, 2)]],
    ];
}

/** Peers beside strata, with their locks as far as they have them, and given the time that strata waits: figures. */
function peers(array $options): void
{
    foreach ([['memcached', 'memcached'], ['redis', 'redis'], ['redis', 'sentinel'], ['redis', 'cluster'], ['files', 'files']] as [$peer, $name]) {
        foreach ($name === 'files' ? ['files'] : ['strata', $peer] as $handler) {
            $store = new SessionStore($name);
            $label = match ("$handler $name") { 'redis cluster' => 'phpredis: no lock', 'redis redis', 'redis sentinel' => 'phpredis',
                'memcached memcached' => 'php-memcached', default => $handler };
            $scenes = ['count' => fn () => counted($store, $handler, $options['requests'], 1, 1),
                'killed' => fn () => killed($store, $handler, intdiv($options['requests'], 5), 1, 1)];
            foreach ($scenes as $what => $scene) {
                $found = $scene();
                printf("       %-7s %-10s %-18s %s\n", $what, $name, $label, $found->told);
                $options['told'] && $found->complaint !== '' && print("         told: $found->complaint\n");
            }
        }
    }
}

function options_of(array $arguments): array
{
    $options = ['handler' => 'strata', 'requests' => 2000, 'visits' => 10000, 'seconds' => 30, 'every' => 10, 'told' => 0];
    foreach ($arguments as $argument) {
        [$name, $value] = explode('=', $argument, 2) + [1 => ''];
        isset($options[$name]) || exit("no such option: $name (" . implode(', ', array_keys($options)) . ")\n");
        $options[$name] = is_int($options[$name]) ? (int) $value : $value;
    }
    return $options;
}

function tell(string $part, string $store, string $scene, Found $found, array $options): void
{
    printf("%-6s %-10s %-10s %-30s %s\n", $found->is_well === null ? '' : ($found->is_well ? 'ok' : 'FAILED'), $part, $store, $scene, $found->told);
    if ($found->complaint !== '' && ($found->is_well === false || $options['told'])) {
        echo "         told: $found->complaint\n";
    }
}

$words = array_values(array_filter(array_slice($argv, 1), fn ($word) => $word !== '' && !str_contains($word, '=')));
$options = options_of(array_filter(array_slice($argv, 1), fn ($word) => str_contains($word, '=')));
[$part, $only] = $words + ['', ''];
if ($part === 'peers') {
    peers($options);
    exit;
}
$parts = parts_of_sessions();
$part === '' || isset($parts[$part]) || exit("no such part: $part (" . implode(', ', array_keys($parts)) . ", peers)\n");
[$passed, $failed] = [0, 0];
foreach ($part === '' ? $parts : [$part => $parts[$part]] as $name => [$stores, $scenes]) {
    foreach ($only === '' ? $stores : [$only] as $kind) {
        $store = new SessionStore($kind);
        foreach ($scenes($store, $options) as $scene => $run) {
            $found = $run();
            tell($name, $kind, $scene, $found, $options);
            $found->is_well === null || ($found->is_well ? $passed++ : $failed++);
        }
    }
}
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);
