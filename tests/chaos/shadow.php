<?php
/*
 * shadow.php [KEYS] — two clusters, the second of which follows the first. Two hosts write and read KEYS keys.
 *
 *   1  nothing differs while both write, in ten times as many compared reads as there are keys
 *   2  planted differences of each class are all found by name, and no others
 *   3  pages of php-fpm while the shadow is well, stopped, silent and full: none fails, and p99 stays
 *
 * Ends with 0 where all of that is so. Times are printed, and judged by the reader: other programs use this machine.
 */

require __DIR__ . '/../support/own_cluster.inc';
require __DIR__ . '/../support/hosts.inc';
require __DIR__ . '/../support/fpm.inc';
require __DIR__ . '/../support/shadow.inc';

const A_REQUEST = 60; /* keys */

$keys = (int) ($argv[1] ?? 100_000);
$failed = 0;
$say = function (string $line, bool $is_good = true) use (&$failed) {
    $failed += !$is_good;
    printf("%6.1f s  %s%s\n", microtime(true) - $_SERVER['REQUEST_TIME_FLOAT'], $is_good ? '' : 'FAILED: ', $line);
};
[$old, $new] = [new OwnCluster(3), new OwnCluster(3)];
$ini = moving($old->dsn(), $new->dsn(), 'compare', ['strata.shadow_compare' => '100%', 'strata.prefix_depth' => '1']);
$hosts = [new Host($ini), new Host($ini)];
$shadow_of = fn (Host $host) => $host->ask('strata_status()["databases"]["default"]["shadow"]');
$sum = function (string $what) use ($hosts, $shadow_of): int {
    return array_sum(array_map(fn ($host) => ($shadow_of($host)['classes'] + $shadow_of($host)['counts'])[$what], $hosts));
};
$differing = fn () => array_sum(array_map(fn ($class) => $sum($class), ['missing', 'surplus', 'older', 'newer', 'value', 'end', 'foreign']));
$both = function (callable $expression) use ($hosts): void {
    foreach ($hosts as $number => $host) {
        $host->begin($expression($number));
    }
    foreach ($hosts as $host) {
        $host->end();
    }
};
$range = fn (int $from) => 'array_map(fn ($i) => "k:$i", range(' . $from . ', ' . ($from + A_REQUEST - 1) . '))';

/* ---- 1 ---- */

for ($from = 0; $from < $keys; $from += 2 * A_REQUEST) {
    $both(fn ($number) => '$cache->setMultiple(array_fill_keys(' . $range($from + $number * A_REQUEST) . ', str_repeat("v", 100)), 36000)');
}
$say(sprintf('%d keys written, %d copied', $keys, $sum('copied')));
while ($sum('compared') < 10 * $keys) {
    for ($i = 0; $i < 50; $i++) {
        $both(function () use ($range, $keys) {
            $at = random_int(0, max(0, $keys - A_REQUEST));
            $key = 'k:' . random_int(0, $keys - 1);
            return '[$cache->getMultiple(' . $range($at) . '), ' . match (random_int(0, 9)) {
                0 => "\$cache->delete('$key')",
                1 => "\$cache->increment('n:$at', 1, 0, 36000)",
                2 => "\$cache->touch('$key', 72000)",
                default => "\$cache->set('$key', '$at', 36000)",
            } . ']';
        });
    }
}
$say(sprintf('%d reads compared, %d differ, %d left out', $sum('compared'), $differing(), $sum('left_out')), $differing() === 0);

/* ---- 2 ---- */

$alone = fn (OwnCluster $place, string $code) => php(place($place->dsn()) + ['strata.local_ttl' => '0'] + PATIENT, '$cache = new Strata\Cache; ' . $code);
$each = fn (string $code) => 'foreach (range(1, 4) as $i) { ' . $code . ' }';
$hosts[0]->ask('$cache->setMultiple(array_merge(...array_map(fn ($i) => ["missing:$i" => 1.5, "newer:$i" => "a", "end:$i" => "a"], range(1, 4))), 36000)');
$hosts[0]->ask('array_map(fn ($i) => $cache->increment("value:$i", $i, 0, 36000), range(1, 4))');
/* What is still noted would be brought over after it is planted, and heal it. */
for ($tries = 0; $tries < 400 && array_sum(array_map(fn ($host) => $shadow_of($host)['waiting'], $hosts)) > 0; $tries++) {
    $both(fn () => '$cache->get("nothing")');
    usleep(25_000);
}
$alone($new, $each('$cache->delete("missing:$i"); $cache->set("surplus:$i", "a"); $cache->set("older:$i", "a");
    $cache->touch("end:$i", 5000); $cache->increment("value:$i");'));
usleep(20_000);
$alone($old, $each('$cache->set("older:$i", "b");'));
$alone($new, $each('$cache->set("newer:$i", "b");'));
$classes = ['missing', 'surplus', 'older', 'newer', 'value', 'end'];
$planted = array_merge(...array_map(fn ($class) => array_map(fn ($i) => "$class:$i", range(1, 4)), $classes));
$read = var_export($planted, true);
$found = fn () => array_merge(...array_map(fn ($host) => array_column($shadow_of($host)['keys'], 'class', 'key'), $hosts));
for ($tries = 0; $tries < 200 && count($found()) < count($planted); $tries++) {
    $both(fn () => "\$cache->getMultiple($read)");
    usleep(50_000);
}
$right = array_filter($found(), fn ($class, $key) => str_starts_with($key, "$class:"), ARRAY_FILTER_USE_BOTH);
$say(sprintf('%d of %d planted differences found by class and name, %d others', count(array_intersect_key($right, array_flip($planted))),
    count($planted), count($found()) - count($right)), count($right) === count($planted) && count($found()) === count($planted));

/* ---- 3 ---- */

unset($hosts);
$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 4']], ['strata.operation_timeout' => '100ms', 'strata.connect_timeout' => '100ms',
    'strata.request_budget' => '150ms', 'strata.on_error' => 'throw'] + $ini);
$pages = max(200, intdiv($keys, 50));
$load = function (string $what) use ($fpm, $pages, $say) {
    [$times, $wrong, $said] = [[], 0, []];
    for ($i = 0; $i < $pages; $i++) {
        $begun = hrtime(true);
        $page = fpm_get($fpm, 'shop', __DIR__ . '/shadow_page.inc', 'key=p' . $i % 100);
        $times[] = (hrtime(true) - $begun) / 1e6;
        if ($page !== 'well') {
            $wrong++;
            $said[substr($page, 0, 200)] = true;
        }
    }
    sort($times);
    $say(sprintf('%-8s %d pages, %d wrong, median %.2f ms, p99 %.2f ms, longest %.2f ms', $what, $pages, $wrong, $times[intdiv($pages, 2)],
        $times[intdiv($pages * 99, 100)], end($times)) . implode("\n", ['', ...array_keys($said)]), $wrong === 0);
};
$all = fn (callable $act) => array_map($act, $new->nodes);
$load('first');
$load('well');
$all(fn ($node) => $node->signal(STOPPED));
$load('silent');
$all(fn ($node) => $node->signal(CONTINUED));
$all(fn ($node) => redis($node->name(), 'CONFIG', 'SET', 'maxmemory', '1'));
$load('full');
$all(fn ($node) => redis($node->name(), 'CONFIG', 'SET', 'maxmemory', '0'));
$all(fn ($node) => $node->kill());
$load('stopped');
$all(fn ($node) => $node->start());
fpm_stop($fpm);
$say($failed === 0 ? 'all well' : "$failed failed", $failed === 0);
exit($failed === 0 ? 0 : 1);
