<?php

/*
 * local_requests.php PHP_OPTIONS... — what does the first read of a value in a request cost? A worker
 * of PHP's own web server answers one request after the other, each of which reads the value once,
 * and tells how long that took.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

const REQUESTS = 405; /* nine rounds of them */
const PATIENCE = 10; /* seconds for the server to come up */

if (PHP_SAPI === 'cli-server') {
    answer();
    return;
}
drive(array_slice($argv, 1));

/** Nanoseconds: of an empty read, ours and APCu's. */
function answer(): void
{
    if ($_SERVER['REQUEST_URI'] === '/fill') {
        echo json_encode([strata_set('rows', thousand_rows()), apcu_store('rows', thousand_rows())]);
        return;
    }
    $begun = hrtime(true);
    $empty = hrtime(true);
    $ours = strata_get('rows');
    $read = hrtime(true);
    $theirs = apcu_fetch('rows');
    $end = hrtime(true);
    echo json_encode([$empty - $begun, $read - $empty, $end - $read, $ours === $theirs]);
}

function free_port(): int
{
    $socket = stream_socket_server('tcp://127.0.0.1:0');
    return (int) substr(strrchr(stream_socket_get_name($socket, false), ':'), 1);
}

/** What the server answers, or null while it is not there. */
function ask(string $url): ?array
{
    $answer = @file_get_contents($url);
    return $answer === false ? null : json_decode($answer, true);
}

function wait_for(string $url): void
{
    for ($end = microtime(true) + PATIENCE; ask($url) === null;) {
        microtime(true) < $end || exit("local requests: the server did not come up\n");
        usleep(10_000);
    }
}

function drive(array $options): void
{
    $address = '127.0.0.1:' . free_port();
    $server = proc_open(
        [PHP_BINARY, '-n', ...$options, '-S', $address, __FILE__],
        [1 => ['file', '/dev/null', 'w'], 2 => ['file', '/dev/null', 'w']],
        $pipes
    );
    register_shutdown_function(fn() => proc_terminate($server));
    wait_for("http://$address/fill");
    $times = [];
    for ($i = 0; $i < REQUESTS; $i++) {
        $answer = ask("http://$address/read") ?? exit("local requests: the server went away\n");
        end($answer) === true || exit("local requests: a wrong value\n");
        foreach (['empty', 'ours', 'theirs'] as $place => $of) {
            $times[$of][] = $answer[$place];
        }
    }
    $rounds = array_map(fn($times) => array_map(median(...), array_chunk($times, intdiv(REQUESTS, 9))), $times);
    heading('local tier, the first read in a request', 'APCu');
    line_of_rounds('an array of 1000 rows', $rounds['ours'], $rounds['theirs'], 'local.first_pinned', median($times['empty']));
}
