<?php

/*
 * One page through all three tiers. demo.sh started two memcached and a Redis Cluster of three
 * masters and three replicas, and put them into the configuration. Every "host" below is a PHP
 * process of its own: it has its own shared memory, and with the others it shares the servers.
 */

declare(strict_types=1);

const ROWS = 12;

/** What the page shows: a place for each row, which somebody had to look up. */
function place(int $row): array
{
    $name = DateTimeZone::listIdentifiers()[$row * 7];
    return [$name, (new DateTimeZone($name))->getLocation()];
}

/** Renders the page once; says for every row which tier it came from. */
function page(Strata\Cache $cache): array
{
    $sources = [];
    for ($row = 1; $row <= ROWS; $row++) {
        $found = $cache->fetch("place:$row");
        $shown = $cache->remember("place:$row", 300, fn() => place($row));
        if ($shown !== place($row)) {
            fwrite(STDERR, "row $row of the page is wrong\n");
            exit(1);
        }
        $sources[] = match ($found->status) {
            Strata\Status::Hit => ucfirst($found->tier->value) . ($found->node === null ? '' : " $found->node"),
            Strata\Status::Miss => 'computed',
            Strata\Status::Error => "computed ($found->node: {$found->reason->value})",
        };
    }
    return $sources;
}

/** The part of a "host": the page as often as there are captions. */
function visit(array $captions): void
{
    $cache = new Strata\Cache();
    foreach ($captions as $caption) {
        $start = hrtime(true);
        $sources = page($cache);
        printf("%-52s %8.2f ms\n", $caption, (hrtime(true) - $start) / 1e6);
        foreach (array_count_values($sources) as $source => $count) {
            printf("    %2d rows  %s\n", $count, $source);
        }
    }
}

/** Starts a host with the configuration of this process, and waits for it. */
function host(string ...$captions): void
{
    $command = [PHP_BINARY, '-n', '-d', 'extension=' . getenv('STRATA_SO')];
    foreach (['memcached', 'redis'] as $tier) {
        array_push($command, '-d', "strata.$tier='" . ini_get("strata.$tier") . "'");
    }
    $process = proc_open([...$command, __FILE__, ...$captions], [1 => ['pipe', 'w']], $pipes);
    if ($process !== false) {
        echo stream_get_contents($pipes[1]);
    }
    if ($process === false || proc_close($process) !== 0) {
        fwrite(STDERR, "the page did not answer\n");
        exit(1);
    }
}

/** address => pid of the servers that this run started */
function servers(): array
{
    $pids = [];
    foreach (file(getenv('STRATA_TEST_PIDS'), FILE_IGNORE_NEW_LINES) as $line) {
        [$address, $pid] = explode(' ', $line);
        $pids[$address] = (int) $pid;
    }
    return $pids;
}

function kill(string $address): void
{
    exec('kill -9 ' . servers()[$address]);
}

function empty_memcached(): void
{
    foreach (explode(',', getenv('STRATA_TEST_MEMCACHED')) as $address) {
        $connection = @stream_socket_client("tcp://$address", timeout: 1);
        if ($connection !== false) {
            fwrite($connection, "flush_all\r\n");
            fgets($connection);
        }
    }
}

/** Until a replica has taken over for the master that is gone. */
function await_takeover(string $survivor): void
{
    for ($tries = 0; $tries < 100; $tries++) {
        $connection = stream_socket_client("tcp://$survivor", timeout: 1);
        fwrite($connection, "CLUSTER INFO\r\n");
        $info = fread($connection, 4096);
        if (str_contains($info, 'cluster_state:ok') && str_contains($info, 'cluster_current_epoch:4')) {
            return;
        }
        usleep(100_000);
    }
}

if ($argc > 1) {
    visit(array_slice($argv, 1));
    exit(0);
}

$memcached = explode(',', getenv('STRATA_TEST_MEMCACHED'));
$masters = explode(',', getenv('STRATA_TEST_CLUSTER'));

host('host A, first visit', 'host A, again');
host('host B: its shared memory is empty');
empty_memcached();
host('host C: and memcached was emptied');
kill($memcached[0]);
host("host D: and memcached $memcached[0] was killed");
kill($masters[0]);
empty_memcached();
host("host E: and Redis master $masters[0] was killed");
await_takeover($masters[1]);
empty_memcached();
host('host F: and its replica has taken over');
echo "\nEvery page was complete and right.\n";
