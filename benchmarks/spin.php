<?php

/*
 * What strata.spin brings, and what it costs: gets of 100 bytes from one Redis server. First one client on a core of
 * its own, with the server on another: the time of a get and the processor time that it takes. Then as many clients as
 * usual share all cores with the server: there the processor is what is short. Rounds of the settings alternate, and
 * the medians are compared. The time is forced: with auto a host of fewer than four processors spins never.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';
require __DIR__ . '/../tests/support/own_server.inc';
require __DIR__ . '/../tests/support/php.inc';

const SETTINGS = ['off', 'auto', '60us'];
const GETS = 2_000;
const CLIENTS = 8;

/* A client: at each line of its input it makes a round, and says the median, the 99th percentile and its processor time. */
if (extension_loaded('strata')) {
    $cache = new Strata\Cache();
    while (fgets(STDIN) !== false) {
        $used = fn () => array_sum(array_map(fn ($of) => getrusage()["ru_$of.tv_sec"] * 1e6 + getrusage()["ru_$of.tv_usec"], ['utime', 'stime']));
        $before = $used();
        $times = [];
        for ($i = 0; $i < GETS; $i++) {
            $began = hrtime(true);
            $cache->get('spin') === str_repeat('v', 100) || exit("a get failed\n");
            $times[] = (hrtime(true) - $began) / 1000;
        }
        $work = ($used() - $before) / GETS;
        sort($times);
        printf("%f %f %f\n", $times[intdiv(GETS, 2)], $times[(int) (GETS * 0.99)], $work);
        fflush(STDOUT);
    }
    exit(0);
}

[, $so, $first, $last] = $argv;
$server = new OwnServer('redis');
$ini = ['extension' => $so, 'strata.redis' => $server->dsn(), 'strata.local_ttl' => '0', 'strata.request_budget' => '0',
    'strata.operation_timeout' => '5s', 'strata.memory' => '0'];
exec(implode(' ', array_map(escapeshellarg(...), [PHP_BINARY, '-n', ...directives($ini), '-r', 'usleep(1000); (new Strata\Cache())->set("spin", str_repeat("v", 100)) || exit(1);'])), $unused, $code);
$code === 0 || exit("the server stored nothing\n");

/** Clients under this setting as [process, input, output], on this list of cores. */
$clients = function (string $setting, int $count, string $cores) use ($ini): array {
    $command = ['taskset', '-c', $cores, PHP_BINARY, '-n', ...directives(['strata.spin' => $setting] + $ini), __FILE__];
    return array_map(function () use ($command) {
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $pipes);
        return [$process, ...$pipes];
    }, range(1, $count));
};
$round = function (array $clients): array {
    $began = hrtime(true);
    array_map(fn ($client) => fwrite($client[1], "go\n"), $clients);
    $told = array_map(fn ($client) => array_map(floatval(...), explode(' ', (string) fgets($client[2]))), $clients);
    $wall = (hrtime(true) - $began) / 1000;
    return [median(array_column($told, 0)), max(array_column($told, 1)), median(array_column($told, 2)), count($clients) * GETS / $wall * 1e6];
};
$table = function (string $title, int $count, string $cores) use ($clients, $round): void {
    $figures = [];
    $of_setting = array_map(fn ($setting) => $clients($setting, $count, $cores), array_combine(SETTINGS, SETTINGS));
    for ($i = -1; $i < ROUNDS; $i++) {
        foreach (SETTINGS as $setting) {
            $figures[$setting][$i] = $round($of_setting[$setting]);
        }
    }
    printf("\n%s\n  %-14s %10s %10s %16s %12s %8s\n", $title, 'strata.spin', 'p50 us', 'p99 us', 'processor us/get', 'gets/s', 'of off');
    $of = fn (string $setting, int $figure) => median(array_column(array_slice($figures[$setting], 1), $figure));
    foreach (SETTINGS as $setting) {
        printf("  %-14s %10.1f %10.1f %16.1f %12.0f %8.2f\n", $setting, $of($setting, 0), $of($setting, 1), $of($setting, 2), $of($setting, 3),
            $of($setting, 3) / $of('off', 3));
    }
};
$pin = fn (string $cores) => exec("taskset -apc $cores " . $server->pid());

if ($first !== $last) {
    $pin($first);
    $table('one Redis server, one client, on two cores', 1, $last);
}
$pin($last);
$table('one Redis server, one client, on one core', 1, $last);
$pin("$first,$last");
$table('one Redis server, ' . CLIENTS . ' clients, all on ' . ($first !== $last ? 'two cores' : 'one core'), CLIENTS, "$first,$last");
