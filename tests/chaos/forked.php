<?php
/*
 * forked.php CLIENT — how many wrong values do four forked children and their parent get over what the parent had
 * connected before? CLIENT is strata, phpredis or php-memcached; the servers are those of tests/support/servers.sh.
 *
 * A client that shares a socket with its parent may also wait for ever for a reply that another process took:
 * each process stops after 20 seconds and says how far it came.
 */

require __DIR__ . '/../support/fork.inc';

const READS = 5000;

/** Reads a key and writes one, over a connection that is there already and that the client means to keep. */
function open_client(string $client): array
{
    [$memcached_host, $memcached_port] = explode(':', strtok(getenv('STRATA_TEST_MEMCACHED'), ','));
    [$redis_host, $redis_port] = explode(':', getenv('STRATA_TEST_REDIS'));
    if ($client === 'phpredis') {
        $redis = new Redis();
        $redis->pconnect($redis_host, (int) $redis_port, 1, null, 0, 1);
        $redis->auth(getenv('STRATA_TEST_REDIS_PASSWORD'));
        return [$redis->get(...), $redis->set(...)];
    }
    if ($client === 'php-memcached') {
        $memcached = new Memcached('forked');
        $memcached->setOption(Memcached::OPT_RECV_TIMEOUT, 1_000_000);
        $memcached->setOption(Memcached::OPT_POLL_TIMEOUT, 1000);
        $memcached->addServer($memcached_host, (int) $memcached_port);
        return [$memcached->get(...), $memcached->set(...)];
    }
    $cache = new Strata\Cache();
    return [$cache->get(...), $cache->set(...)];
}

/** [values of other keys, nothing where there is a value, reads] */
function read_all(callable $get, int $seed): array
{
    mt_srand($seed);
    $told = [0, 0, 0];
    $end = microtime(true) + 20;
    while ($told[2] < READS && microtime(true) < $end) {
        $number = mt_rand(0, 199);
        try {
            $value = @$get("forked-$number");
        } catch (Throwable) {
            $value = false;
        }
        $told[0] += is_string($value) && $value !== "value of $number";
        $told[1] += !is_string($value);
        $told[2]++;
    }
    return $told;
}

[$get, $set] = open_client($argv[1]);
for ($i = 0; $i < 200; $i++) {
    $set("forked-$i", "value of $i");
}
$children = array_map(fn ($seed) => begin_child($seed, fn ($seed) => read_all($get, $seed)), range(1, 4));
foreach ($children as [, $socket]) {
    fwrite($socket, '.');
}
$told = [read_all($get, 0), ...@collect($children)]; /* They have begun already. */
[$others, $nothing, $reads] = array_map(fn ($column) => array_sum(array_column($told, $column)), [0, 1, 2]);
echo "  $argv[1]: $others values of other keys, $nothing times nothing, in $reads reads\n";
echo $others + $nothing === 0 && $reads === 5 * READS ? '1 passed, 0 failed' : '0 passed, 1 failed', "\n";
