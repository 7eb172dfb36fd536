<?php

/*
 * remember() against what others offer for the same: apcu_entry(), and CacheInterface::get() of Symfony over APCu and
 * over Redis. The way of a hit with one process and with two, beside a slow computation of another key; then the round
 * trips and the time of a hit, a miss and a store. remember.php WHAT MEMCACHED REDIS.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';
require __DIR__ . '/../tests/support/servers.inc';

/** Seconds of one slice, in which processes call as often as they can. */
const SLICE = 0.2;

/** Calls a second of so many processes together; the first of $slow more computes another key meanwhile. */
function rate(int $processes, callable $call, ?callable $slow): float
{
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $start = hrtime(true) + 20_000_000;
    for ($i = 0; $i < $processes + ($slow !== null ? 1 : 0); $i++) {
        if (pcntl_fork() !== 0) {
            continue;
        }
        if ($i === $processes) {
            $slow();
            exit(0);
        }
        while (hrtime(true) < $start) {
        }
        for ($calls = 0; hrtime(true) < $start + SLICE * 1e9; $calls += 100) {
            for ($n = 0; $n < 100; $n++) {
                $call($n);
            }
        }
        fwrite($theirs, "$calls\n");
        exit(0);
    }
    for ($i = $calls = 0; $i < $processes; $i++) {
        $calls += (int) fgets($ours);
    }
    while (pcntl_wait($status) > 0) {
    }
    return $calls / SLICE;
}

/** One line: our calls a second against theirs, medians of rounds that alternate. */
function compare_rates(string $work, int $processes, callable $ours, callable $theirs, ?callable $our_slow, ?callable $their_slow): void
{
    $rates = ['ours' => [], 'theirs' => []];
    for ($round = 0; $round < 9; $round++) {
        $rates['ours'][] = rate($processes, $ours, $our_slow);
        $rates['theirs'][] = rate($processes, $theirs, $their_slow);
    }
    [$our, $their] = [median($rates['ours']), median($rates['theirs'])];
    line($work, readable(1e9 * $processes / $our), readable(1e9 * $processes / $their), $their / $our);
}

/** Round trips that a server has seen: events of its loop that read something. */
function commands_of(string $redis): int
{
    preg_match('/total_reads_processed:(\d+)/', redis($redis, 'INFO', 'stats'), $found);
    return (int) $found[1];
}

[, $what, $memcached, $redis] = $argv;
$value = str_repeat('v', 1000);
$nap = fn () => usleep((int) (SLICE * 1e6)) ?? 'slow';
$autoload = '/usr/share/php/Symfony/Component/Cache/autoload.php';
is_file($autoload) && require $autoload;

if ($what === 'local') {
    strata_set('hot', $value, 600);
    $ours = fn ($i) => strata_remember('hot', 600, fn () => $value);
    $our_slow = fn () => strata_remember('slow' . getmypid(), 60, $nap);
    if (function_exists('apcu_entry') && apcu_enabled()) {
        $theirs = fn ($i) => apcu_entry('hot', fn () => $value, 600);
        $theirs(0);
        $their_slow = fn () => apcu_entry('slow' . getmypid(), $nap, 60);
        heading('remember() that hits, local tier, 1 KB', 'apcu_entry');
        compare('one process', $ours, $theirs, 100_000);
        compare_rates('two processes, each', 2, $ours, $theirs, null, null);
        compare_rates('two, beside a slow computation', 2, $ours, $theirs, $our_slow, $their_slow);
    }
    if (class_exists(Symfony\Component\Cache\Adapter\ApcuAdapter::class)) {
        $symfony = new Symfony\Component\Cache\Adapter\ApcuAdapter('bench');
        $theirs = fn ($i) => $symfony->get('hot', function ($item) use ($value) {
            $item->expiresAfter(600);
            return $value;
        });
        $theirs(0);
        $their_slow = fn () => $symfony->get('slow' . getmypid(), $nap);
        heading('remember() that hits, local tier, 1 KB', 'Symfony APCu');
        compare('one process', $ours, $theirs, 20_000);
        compare_rates('two processes, each', 2, $ours, $theirs, null, null);
        compare_rates('two, beside a slow computation', 2, $ours, $theirs, $our_slow, $their_slow);
    }
    exit(0);
}

/* Over servers: each round has a key of its own, so that a miss is one. */
[$host, $port] = explode(':', $redis);
$made = 0;
$cache = new Strata\Cache();
$cache->set('hot', $value, 600);
heading("remember() over $what, 1 KB, local_ttl=0", 'get, then set');
compare('hit', fn ($i) => $cache->remember('hot', 600, fn () => $value), fn ($i) => $cache->get('hot'), 500);
compare('miss, computed at once and stored', function ($i) use ($cache, $value, &$made) {
    $cache->remember('m' . ++$made, 600, fn () => $value);
}, function ($i) use ($cache, $value, &$made) {
    $key = 'p' . ++$made;
    $cache->get($key) ?? $cache->set($key, $value, 600);
}, 300);
if ($what === 'redis') {
    $count = function (string $work, callable $call) use ($redis): void {
        $before = commands_of($redis);
        for ($i = 0; $i < 50; $i++) {
            $call($i);
        }
        $asks = 1; /* INFO itself */
        printf("  %-40s %12.2f\n", $work, (commands_of($redis) - $before - $asks) / 50);
    };
    echo "\nround trips to Redis\n";
    $count('hit', fn ($i) => $cache->remember('hot', 600, fn () => $value));
    $count('miss, computed and stored', fn ($i) => $cache->remember("trip$i", 600, fn () => $value));
    $count('get that misses, then set', fn ($i) => $cache->get("plain$i") ?? $cache->set("plain$i", $value, 600));
    $count('delete', fn ($i) => $cache->delete("trip$i"));
}
if ($what === 'redis' && class_exists('Redis') && class_exists(Symfony\Component\Cache\Adapter\RedisAdapter::class)) {
    $client = new Redis();
    $client->connect($host, (int) $port);
    $symfony = new Symfony\Component\Cache\Adapter\RedisAdapter($client, 'bench');
    heading('remember() over redis, 1 KB, local_ttl=0', 'Symfony Redis');
    $theirs = fn (string $key) => $symfony->get($key, function ($item) use ($value) {
        $item->expiresAfter(600);
        return $value;
    });
    $theirs('hot');
    compare('hit', fn ($i) => $cache->remember('hot', 600, fn () => $value), fn ($i) => $theirs('hot'), 500);
    compare('miss, computed at once and stored', function ($i) use ($cache, $value, &$made) {
        $cache->remember('m' . ++$made, 600, fn () => $value);
    }, function ($i) use ($theirs, &$made) {
        $theirs('s' . ++$made);
    }, 300);
}
