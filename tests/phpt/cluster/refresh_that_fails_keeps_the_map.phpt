--TEST--
Redis Cluster: as long as nobody tells the slots any more, the map that is known stays, and is asked for at most once a second
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_cluster.inc';
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_cluster.inc';
require __DIR__ . '/../../support/php.inc';

$cluster = new OwnCluster(3);
[$a, $b, $c] = $cluster->nodes;
$ini = ['strata.redis' => $cluster->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0',
    'strata.connect_timeout' => '5s', 'strata.connect_rate' => '10000', 'extension' => strata_so()];
$names = json_encode(array_map(fn ($node) => $node->name(), $cluster->nodes));
$dead = $c->pid();
echo php($ini, '
    require "' . __DIR__ . '/../../support/fork.inc";
    require "' . __DIR__ . '/../../support/servers.inc";
    $nodes = ' . $names . ';
    $cache = new Strata\Cache();
    $keys = array_map(fn ($i) => "key-$i", range(1, 60));
    $cache->setMultiple(array_fill_keys($keys, "value"));
    $version = fn () => array_values(strata_status()["clusters"])[0]["version"];
    $before = $version();

    /* One master dies, and the others are forbidden to tell of the slots. */
    foreach ([$nodes[0], $nodes[1]] as $node) {
        redis($node, "CONFIG", "SET", "cluster-require-full-coverage", "no");
        redis($node, "ACL", "SETUSER", "default", "-cluster|slots");
    }
    exec("kill -9 ' . $dead . '");
    $refused = fn () => array_sum(array_map(fn ($node) => redis_denied($node), [$nodes[0], $nodes[1]]));
    function redis_denied($node) {
        return preg_match("/errorstat_NOPERM:count=(\d+)/", redis($node, "INFO", "errorstats"), $found) ? (int) $found[1] : 0;
    }
    $begun = hrtime(true);
    $worst = in_children(8, function () use ($keys, $begun) {
        $least = 60;
        while (hrtime(true) - $begun < 3e9) {
            $least = min($least, count(array_filter((new Strata\Cache())->getMultiple($keys))));
            usleep(20000);
        }
        return $least;
    });
    $seconds = (hrtime(true) - $begun) / 1e9;
    echo min($worst) >= 20 ? "the keys of two masters are always there" : "lost keys: " . min($worst), "\n";
    echo $version() === $before ? "the map stays" : "another map", "\n";
    echo $refused() >= 1 && $refused() <= 1 + $seconds ? "at most one question a second" : "{$refused()} questions in $seconds", "\n";
    [$known] = array_values(strata_status()["clusters"]);
    echo $known["failed_refreshes"] > 0 ? "told by strata_status()" : "not told", "\n";
');
?>
--EXPECT--
the keys of two masters are always there
the map stays
at most one question a second
told by strata_status()
