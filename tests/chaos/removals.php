<?php
/*
 * removals.php [SECONDS...] — run by run.sh removals. Host A is cut off from memcached, which stands above Redis, for
 * so many seconds, and deletes meanwhile; host B is not. What does each of them read that was deleted, and for how long
 * after the end? Then the same with a node that comes and goes each second.
 */

require __DIR__ . '/../support/fault_proxy.inc';
require __DIR__ . '/../support/hosts.inc';

const KEYS = 100;

/** How many of the keys a host still reads. */
function old_reads(Host $host): int
{
    return $host->ask('count(array_filter($cache->getMultiple(array_map(fn ($i) => "key $i", range(1, ' . KEYS . ')))))');
}

function cut(FaultProxy $proxy): void
{
    $proxy->arm('stall');
    $proxy->kill();
}

/** @return array{bool, string} */
function cut_off(float $seconds, bool $flaps): array
{
    [$memcached, $redis] = [new OwnServer('memcached'), new OwnServer('redis')];
    $proxy = new FaultProxy($memcached);
    $ini = ['strata.redis' => $redis->dsn(), 'strata.operation_timeout' => '100ms', 'strata.connect_timeout' => '100ms'];
    $a = new Host(['strata.memcached' => $proxy->dsn()] + $ini);
    $b = new Host(['strata.memcached' => $memcached->dsn()] + $ini);
    $keys = 'array_map(fn ($i) => "key $i", range(1, ' . KEYS . '))';
    $a->ask("\$cache->setMultiple(array_fill_keys($keys, 'old'), 3600)");
    $filled = [old_reads($a), old_reads($b)];
    cut($proxy);
    $confirmed = 0;
    $began = microtime(true);
    for ($i = 1; $i <= KEYS; $i++) {
        $confirmed += (int) $a->ask("\$cache->delete('key $i')");
        if ($flaps && $i % 10 === 0) {
            $proxy->clear();
            usleep(500_000);
            cut($proxy);
        }
    }
    $a_during = old_reads($a);
    $b_during = old_reads($b);
    usleep((int) (max(0, $seconds - (microtime(true) - $began)) * 1e6));
    $a_during = max($a_during, old_reads($a));
    $proxy->clear();
    $back = microtime(true);
    [$a_after, $b_last] = [0, 0.0];
    /* The breaker lets it be asked again after 15 s at most. */
    while (microtime(true) - $back < 25) {
        $a_after = max($a_after, old_reads($a));
        if (old_reads($b) > 0) {
            $b_last = microtime(true) - $back;
        } elseif (microtime(true) - $back > 18) {
            break;
        }
        usleep(100_000);
    }
    $told = sprintf('filled %d and %d; %d deletes true; old reads: A during %d, after %d; B during %d, until %.1f s after', ...$filled,
        ...[$confirmed, $a_during, $a_after, $b_during, $b_last]);
    return [$a_during === 0 && $a_after === 0 && old_reads($b) === 0, $told];
}

[$passed, $failed] = [0, 0];
$runs = array_map(fn ($seconds) => [(float) $seconds, false], array_slice($argv, 1) ?: [1, 30]);
foreach ([...$runs, [5.0, true]] as [$seconds, $flaps]) {
    [$is_well, $told] = cut_off($seconds, $flaps);
    printf("%s cut off for %g s%s: %s\n", $is_well ? 'ok    ' : 'FAILED', $seconds, $flaps ? ', coming and going' : '', $told);
    $is_well ? $passed++ : $failed++;
}
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);
