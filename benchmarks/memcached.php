<?php

/*
 * The memcached tier against php-memcached with its text protocol, on the same two servers, and against a bare loop in C
 * that sends what strata sends; and over a link that adds a millisecond to every round trip: memcached.php SO.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';
require __DIR__ . '/bare.inc';
require __DIR__ . '/../tests/support/fault_proxy.inc';
require __DIR__ . '/../tests/support/hosts.inc';

if (!class_exists('Memcached')) {
    echo "memcached: skipped, php-memcached is not loaded\n";
    exit(0);
}

/** What stands before servers and records: see tap.php. */
final class Tap
{
    private $process;
    private array $pipes = [];
    public readonly string $dsn;

    public function __construct(array $ports)
    {
        $this->process = proc_open([PHP_BINARY, '-n', __DIR__ . '/tap.php', ...array_map(strval(...), $ports)], [['pipe', 'r'], ['pipe', 'w']], $this->pipes);
        $this->dsn = 'memcached://' . implode(',', array_map(fn ($port) => "127.0.0.1:$port", explode(' ', trim(fgets($this->pipes[1])))));
    }

    /** What each server was sent since the last time, and how many bytes answered. @return array{string[], int[]} */
    public function heard(): array
    {
        fwrite($this->pipes[0], "\n");
        $of_each = json_decode(fgets($this->pipes[1]), true);
        return [array_map(hex2bin(...), array_column($of_each, 0)), array_column($of_each, 1)];
    }

    public function __destruct()
    {
        array_map(fclose(...), $this->pipes);
        proc_close($this->process);
    }
}

/** Nanoseconds of a get of each round, over a link of 1 ms. @return array{float[], float[]} of strata and of the bare loop */
function over_a_link(string $value, int $count): array
{
    $server = new OwnServer('memcached', arguments: ['-t', '1']);
    $link = new FaultProxy($server);
    $port = (int) substr(strrchr($link->name(), ':'), 1);
    $tap = new Tap([$port]);
    $ini = ['strata.local_ttl' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '5s'];
    $get = fn (int $times) => '(function () use ($cache) { $begun = hrtime(true); for ($i = 0; $i < ' . $times . '; $i++) { $cache->get("far"); }
        return (hrtime(true) - $begun) / ' . $times . '; })()';
    $tapped = new Host(['strata.memcached' => $tap->dsn] + $ini);
    $tapped->ask("\$cache->set('far', '$value')");
    $tapped->ask($get(3));
    $tap->heard();
    $tapped->ask($get(1));
    $bare = (new Bare('', [$port]));
    $loop = $bare->send(...$tap->heard());
    $host = new Host(['strata.memcached' => $link->dsn()] + $ini);
    $host->ask("\$cache->set('far', '$value')");
    $link->arm('delay', 1);
    $times = [];
    for ($round = -1; $round < ROUNDS; $round++) {
        $times[0][$round] = $host->ask($get($count));
        $times[1][$round] = $loop($count);
    }
    return array_map(fn ($rounds) => array_slice($rounds, 1), $times);
}

putenv("STRATA_SO=$argv[1]");
$ports = [];
$peer = new Memcached();
$peer->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
$peer->setOption(Memcached::OPT_TCP_NODELAY, true);
foreach (explode(',', getenv('STRATA_TEST_MEMCACHED')) as $server) {
    [$host, $port] = explode(':', $server);
    $peer->addServer($host, (int) $port);
    $ports[] = (int) $port;
}

/* local_ttl is 0 in this run: every get goes to the server. */
$cache = new Strata\Cache();
$value = str_repeat('v', 100);
$keys = array_map(fn($i) => "bench:$i", range(1, 100));
$pairs = array_fill_keys($keys, $value);
$cache->setMultiple($pairs);
$peer->setMulti($pairs);
$in_place = place_id();

heading('memcached, 100-byte values' . place(), 'php-memcached');
compare('get', fn() => $cache->get('bench:1'), fn() => $peer->get('bench:1'), 3_000, "memcached.get$in_place");
compare('set', fn() => $cache->set('bench:1', $value), fn() => $peer->set('bench:1', $value), 3_000);
compare('get 100 keys over 2 servers', fn() => $cache->getMultiple($keys), fn() => $peer->getMulti($keys), 300, "memcached.many$in_place");
compare('set 100 keys over 2 servers', fn() => $cache->setMultiple($pairs), fn() => $peer->setMulti($pairs), 30, 1.25);

/* The ring of the tap is another one than ours: about as many keys of the hundred are on either server. */
$tap = new Tap($ports);
$tapped = new Host(['strata.memcached' => $tap->dsn, 'strata.local_ttl' => '0', 'strata.namespace' => 'tapped']);
$list = var_export($keys, true);
$tapped->ask("\$cache->setMultiple(array_fill_keys($list, '$value'))");
$tapped->ask("count(\$cache->getMultiple($list))");
$tap->heard();
$tapped->ask("count(\$cache->getMultiple($list))");
$bare = new Bare('', $ports);
$loop = $bare->send(...$tap->heard());
$times = [];
for ($round = -1; $round < ROUNDS; $round++) {
    $times[0][$round] = round_of(fn () => $cache->getMultiple($keys), sample_of(300));
    $times[1][$round] = $loop(sample_of(300));
}
heading('the same commands' . place(), 'bare loop');
line_of_rounds('get 100 keys over 2 servers', array_slice($times[0], 1), array_slice($times[1], 1), "memcached.many_bare$in_place");
line_of_rounds('get over a link of 1 ms', ...[...over_a_link($value, 15), "link.memcached$in_place"]);
