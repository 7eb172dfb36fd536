<?php

/*
 * Sessions against phpredis and php-memcached, with their locks and without: session.php SO EXTENSIONS... starts the
 * servers and measures on each. A request is session_start() with an id of the client's, what the page does, and
 * session_write_close(). All keep their connections. How often one request waits for an answer is counted in between.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';
require __DIR__ . '/../tests/support/own_server.inc';
require __DIR__ . '/../tests/support/php.inc';

const SESSION_ROUNDS = 31, REQUESTS = 100, REQUESTS_COUNTED = 50;

/** The servers come first: their names are directives of the PHP that is measured. */
function start_and_measure(string $so, array $extensions): void
{
    $peers = array_merge(...array_map(fn ($name) => ['-d', "extension=$name"], $extensions));
    /* The figures are those of memcached. */
    foreach ((is_noting() ? [] : ['redis' => []]) + ['memcached' => ['-t', '1']] as $kind => $arguments) {
        $server = new OwnServer($kind, arguments: $arguments);
        $pinned = pin($server->pid());
        $relay = proc_open([PHP_BINARY, '-n', __DIR__ . '/relay.php', (string) $server->port], [['pipe', 'r'], ['pipe', 'w']], $pipes);
        $counter = [3 => $pipes[0], 4 => $pipes[1]];
        $runs = [[$server->port, 'times', []], [(int) fgets($pipes[1]), 'trips', $counter]];
        foreach (is_noting() ? [$runs[0]] : $runs as [$port, $what, $besides]) {
            $ini = ['extension' => $so, 'strata.operation_timeout' => '5s', 'opcache.enable_cli' => '0', 'session.use_cookies' => '0',
                'session.cache_limiter' => '', 'session.gc_probability' => '0', 'redis.session.lock_wait_time' => '1000',
                'memcached.sess_binary_protocol' => '0', 'memcached.sess_persistent' => '1', 'memcached.sess_lock_wait_min' => '1',
                'memcached.sess_lock_wait_max' => '5', ...ours("$kind://127.0.0.1:$port", $kind)];
            $command = [...$pinned, PHP_BINARY, '-n', ...$peers, ...directives($ini), __FILE__, $what, $kind, (string) $port];
            proc_close(proc_open($command, $besides, $unused));
        }
        array_map(fclose(...), $pipes);
        proc_close($relay);
    }
}

/** Two databases, of which one has no locks. */
function ours(string $dsn, string $kind): array
{
    return ['strata.databases' => 'locked,unlocked', "strata.locked.$kind" => $dsn, "strata.unlocked.$kind" => $dsn,
        'strata.unlocked.session_lock' => 'off'];
}

/** Puts the server on the last processor, and returns what puts a command on the first; [] where there is one. */
function pin(int $pid): array
{
    preg_match('/^Cpus_allowed_list:\s+(\S+)/m', file_get_contents('/proc/self/status'), $found);
    preg_match_all('/\d+/', $found[1], $numbers);
    [$first, $last] = [$numbers[0][0], end($numbers[0])];
    if ($first === $last || !is_executable('/usr/bin/taskset')) {
        return [];
    }
    exec("taskset -a -p -c $last $pid");
    return ['taskset', '-c', $first];
}

/** What chooses each handler. @return array<string, array<string, string>> */
function handlers(string $kind, int $port): array
{
    $handler = fn (string $name, string $path) => ['session.save_handler' => $name, 'session.save_path' => $path];
    [$peer, $lock, $path] = $kind === 'redis' ? ['redis', 'redis.session.locking_enabled', "tcp://127.0.0.1:$port?persistent=1"]
        : ['memcached', 'memcached.sess_locking', "127.0.0.1:$port"];
    return [
        'strata, locked' => $handler('strata', 'locked'),
        'peer, locked' => $handler($peer, $path) + [$lock => '1'],
        'strata, unlocked' => $handler('strata', 'unlocked'),
        'peer, unlocked' => $handler($peer, $path) + [$lock => '0'],
    ];
}

function choose(array $ini): void
{
    foreach ($ini as $name => $value) {
        if (ini_set($name, $value) === false) {
            throw new Exception("$name cannot be $value");
        }
    }
}

/** What a request does, by its name: the id that the client sent, and what the page makes of the session. */
function works(): array
{
    /* "page|s:2033:" and so on around it: 2 KiB in all. */
    $pages = array_map(fn () => substr(bin2hex(random_bytes(1024)), 0, 2033), range(0, 15));
    return [
        'changed' => ['c', function (int $i) use ($pages) {
            $_SESSION['page'] = $pages[$i % 16];
        }],
        'unchanged' => ['u', function (int $i) use ($pages) {
            $_SESSION['page'] ??= $pages[0];
        }],
        'new and empty' => ['', fn () => null],
    ];
}

/** One request of each number; the id is the handler's own, or none. */
function request(string $id, callable $page): callable
{
    return function (int $i) use ($id, $page): void {
        session_id($id);
        if (!session_start()) {
            throw new Exception('no session');
        }
        $page($i);
        session_write_close();
    };
}

/** @return array<string, callable> what runs so many requests of each handler */
function runs(string $kind, int $port, string $letter, callable $page): array
{
    $runs = [];
    foreach (handlers($kind, $port) as $name => $ini) {
        $id = $letter === '' ? '' : $letter . md5($name);
        $runs[$name] = function (int $count) use ($ini, $id, $page): float {
            choose($ini);
            return round_of(request($id, $page), $count);
        };
    }
    return $runs;
}

function measure_times(string $kind, int $port): array
{
    $lines = [];
    foreach (is_noting() ? array_slice(works(), 0, 1) : works() as $work => [$letter, $page]) {
        $times = [];
        for ($round = -1; $round < (is_noting() ? ROUNDS : SESSION_ROUNDS); $round++) {
            foreach (runs($kind, $port, $letter, $page) as $name => $run) {
                $times[$name][$round] = $run(REQUESTS);
            }
        }
        foreach (['locked', 'unlocked'] as $way) {
            [$ours, $theirs] = array_map(fn ($side) => array_slice($times["$side, $way"], 1), ['strata', 'peer']);
            $ratios = ratios_of($ours, $theirs);
            $lines[] = ["$work, $way", readable(median($ours)), readable(median($theirs)), median($ratios), '<= 1'];
            $kind !== 'memcached' || $work !== 'changed' ||
                note_figure("session.memcached_$way", $ratios, ['ours' => readable(median($ours)), 'theirs' => readable(median($theirs))]);
        }
    }
    return $lines;
}

function measure_trips(string $kind, int $port): array
{
    [$asked, $answers] = [fopen('php://fd/3', 'w'), fopen('php://fd/4', 'r')];
    $count = function () use ($asked, $answers): int {
        fwrite($asked, "\n");
        return (int) fgets($answers);
    };
    $lines = [];
    foreach (works() as $work => [$letter, $page]) {
        $trips = [];
        foreach (runs($kind, $port, $letter, $page) as $name => $run) {
            $run(2);
            $count();
            $run(REQUESTS_COUNTED);
            $trips[$name] = $count() / REQUESTS_COUNTED;
        }
        foreach (['locked', 'unlocked'] as $way) {
            [$our, $their] = [$trips["strata, $way"], $trips["peer, $way"]];
            $lines[] = ["$work, $way", sprintf('%.2f', $our), sprintf('%.2f', $their), $their > 0 ? $our / $their : ($our > 0 ? INF : 1.0), ''];
        }
    }
    return $lines;
}

if (!extension_loaded('session')) {
    echo "PHP has no sessions\n";
    exit(1);
}
if (!in_array($argv[1], ['times', 'trips'], true)) {
    start_and_measure($argv[1], array_slice($argv, 2));
    exit(0);
}
[, $what, $kind, $port] = $argv;
$peer = $kind === 'redis' ? 'phpredis' : 'php-memcached';
/* What stands on the screen is a header that was sent, after which no handler can be chosen: so the lines come last. */
$lines = $what === 'times' ? measure_times($kind, (int) $port) : measure_trips($kind, (int) $port);
heading($what === 'times' ? "one request with a session of 2 KiB, on $kind" : "how often one waits for $kind", $peer);
foreach ($lines as $line) {
    line(...$line);
}
