--TEST--
topology: while a database moves to and fro, processes at work get no wrong value and no error
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/topology.inc';

[$a, $b] = [new OwnServer('memcached'), new OwnServer('redis')];
$file = topology_file('');
echo php([
    'strata.memcached' => $a->dsn(),
    'strata.topology' => $file,
    'strata.local_ttl' => '1ms',
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
    'strata.connect_rate' => '10000',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    require "' . __DIR__ . '/../../support/fork.inc";
    [$file, $b] = ' . var_export([$file, $b->dsn()], true) . ';

    $told = in_children(4, function (int $number) use ($file, $b) {
        $cache = new Strata\Cache();
        $seen = ["memcached" => 0, "redis" => 0, "wrong" => 0, "error" => 0];
        $tiers = "";
        $followed = 0;
        while ($followed < 5) {
            $key = "key " . random_int(1, 50);
            $cache->set($key, "value of $key");
            $result = $cache->fetch($key);
            $seen["wrong"] += $result->status === Strata\Status::Hit && $result->value !== "value of $key";
            $seen["error"] += $result->status === Strata\Status::Error;
            if ($result->tier !== null && isset($seen[$result->tier->value])) {
                $seen[$result->tier->value]++;
            }
            $topology = strata_status()["topology"];
            if ($number === 0 && $topology["version"] !== $followed && $topology["version"] < 5) {
                write_topology($file, $topology["version"] % 2 === 1 ? "[default]\nmemcached =\nredis = $b" : "");
            }
            $followed = $topology["followed"];
        }
        return $seen;
    });
    $sum = fn (string $what) => array_sum(array_column($told, $what));
    echo $sum("wrong"), " wrong, ", $sum("error"), " errors\n";
    foreach ($told as $one) {
        echo $one["memcached"] > 0 && $one["redis"] > 0 ? "both servers\n" : "not both servers: " . json_encode($one) . "\n";
    }
');
?>
--EXPECT--
0 wrong, 0 errors
both servers
both servers
both servers
both servers
