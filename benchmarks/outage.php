<?php

/*
 * One of six memcached servers stops answering for a while, under 64 processes of one host whose load takes less than
 * half of the machine: what does it cost, for how long, and when is all as before? With and without the fault in one run.
 */

declare(strict_types=1);

require __DIR__ . '/../tests/support/own_server.inc';
require __DIR__ . '/../tests/support/fork.inc';
require __DIR__ . '/../tests/support/php.inc';
require __DIR__ . '/../tests/support/rows.inc';

const WORKERS = 64, GETS = 20, KEYS = 600, PERIOD = 0.125; /* seconds between the requests of a worker */
const FAULT = 6.0, HEAL = 16.0, END = 26.0; /* seconds after the start */

/* The servers are started before strata is there: their names are a directive of the PHP that asks them. */
if (!extension_loaded('strata')) {
    $servers = array_map(fn () => new OwnServer('memcached'), range(1, 6));
    $names = implode(',', array_map(fn ($server) => $server->name(), $servers));
    $fault = [$servers[2]->name(), $servers[2]->pid()];
    $command = [PHP_BINARY, '-n', ...directives(['extension' => $argv[1], 'strata.memcached' => "memcached://$names", 'strata.local_ttl' => '0']),
        __FILE__, ...array_map(strval(...), $fault)];
    proc_close(proc_open($command, [], $pipes));
    exit(0);
}

[, $node, $pid] = $argv;
$cache = new Strata\Cache();
$values = [];
for ($i = 0; $i < KEYS; $i++) {
    $values["key $i"] = "value of key $i";
}
while (!$cache->setMultiple($values)) {
    usleep(10000);
}
$status = fn () => strata_status()['nodes'][$node];

/** [second of the start, milliseconds, gets without a value, wrong values] of every request. */
$work = function (int $number) use ($cache): array {
    $requests = [];
    $start = microtime(true);
    for ($next = $start + $number / WORKERS * PERIOD; $next < $start + END; $next += PERIOD) {
        usleep(max(0, (int) (($next - microtime(true)) * 1e6)));
        strata_request_boundary();
        $began = microtime(true);
        $missed = $wrong = 0;
        for ($i = 0; $i < GETS; $i++) {
            $key = 'key ' . mt_rand(0, KEYS - 1);
            $value = $cache->get($key);
            $missed += $value === null;
            $wrong += $value !== null && $value !== "value of $key";
        }
        $requests[] = [$began - $start, (microtime(true) - $began) * 1000, $missed, $wrong];
    }
    return $requests;
};

$children = array_map(fn (int $number) => begin_child($number, $work), range(0, WORKERS - 1));
$start = microtime(true);
foreach ($children as [, $socket]) {
    fwrite($socket, '.');
}
$until = function (float $moment, ?string $state = null) use ($start, $status): ?float {
    while (microtime(true) < $start + $moment) {
        usleep(2000);
        if ($state !== null && $status()['state'] === $state) {
            return microtime(true) - $start;
        }
    }
    return null;
};
$signal = fn (string $name) => exec("kill -$name $pid");

$until(FAULT);
$before = $status();
$signal('STOP');
$opened = $until(HEAL, 'open');
$until(HEAL);
$during = $status();
$signal('CONT');
$closed = $until(END, 'closed');
$requests = array_merge(...@collect($children));
$after = $status();

$phases = [
    'healthy' => [1, FAULT],
    'first second of the fault' => [FAULT, FAULT + 1],
    'rest of the fault' => [FAULT + 1, HEAL],
    'second after it healed' => [HEAL, HEAL + 1],
    'after that' => [HEAL + 1, END],
];
echo 'one of six memcached servers stops answering: ', WORKERS, ' processes, ', GETS, " gets a request, default settings\n";
printf("  %-28s %10s %10s %10s %10s %10s\n", '', 'requests', 'p50 ms', 'p99 ms', 'max ms', 'misses');
$between = fn (float $from, float $to) => array_filter($requests, fn ($request) => $request[0] >= $from && $request[0] < $to);
$sorted = function (float $from, float $to) use ($between): array {
    $times = array_column($between($from, $to), 1);
    sort($times);
    return $times;
};
$share_of = fn (array $times, float $share) => $times[(int) min(count($times) - 1, count($times) * $share)];
foreach ($phases as $name => [$from, $to]) {
    $those = $between($from, $to);
    $times = $sorted($from, $to);
    $at = fn (float $share) => $share_of($times, $share);
    $missed = array_sum(array_column($those, 2)) / count($those) / GETS;
    printf("  %-28s %10d %10.2f %10.2f %10.2f %9.1f%%\n", $name, count($times), $at(0.5), $at(0.99), end($times), $missed * 100);
}
printf("  opened after %.0f ms, closed %.2f s after it healed (at most 17), wrong values %d\n", ($opened - FAULT) * 1000, $closed - HEAL,
    array_sum(array_column($requests, 3)));
printf("  timeouts of the host %d (goal <= 70), connects during the fault %d, after it %d\n",
    ($during['reasons']['timeout'] ?? 0) - ($before['reasons']['timeout'] ?? 0), $during['connects'] - $before['connects'],
    $after['connects'] - $during['connects']);

/* Of a second of the fault, what is over the p99 of the healthy seconds, in milliseconds; where a tenth of that is more, in tenths of it. */
$healthy = $sorted(1, FAULT);
$p99 = $share_of($healthy, 0.99);
$seconds = array_map(fn ($second) => $share_of($sorted($second, $second + 1), 0.99) - $p99, range((int) FAULT + 1, (int) HEAL - 1));
$fault = $sorted(FAULT, HEAL);
note_figure('outage.p99', array_map(fn ($over) => $p99 > 10 ? $over / $p99 * 10 : $over, $seconds),
    ['ours' => sprintf('%.2f ms', $share_of($sorted(FAULT + 1, HEAL), 0.99)), 'theirs' => sprintf('%.2f ms', $p99)]);
note_figure('outage.longest', [end($fault) - $share_of($healthy, 0.5)]);
note_figure('outage.timeouts', [($during['reasons']['timeout'] ?? 0) - ($before['reasons']['timeout'] ?? 0)]);
