--TEST--
Redis Cluster: thirty processes that start at once ask for one slot map, and what one of them learns by MOVED all know
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

$cluster = new OwnCluster(2);
[$a, $b] = $cluster->nodes;
$ini = ['strata.redis' => $cluster->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0',
    'strata.connect_timeout' => '5s', 'strata.connect_rate' => '10000', 'strata.on_error' => 'throw', 'extension' => strata_so()];
$support = __DIR__ . '/../../support';

/* Each of the children has everything to learn: nobody has asked before them. */
$before = $cluster->calls('cluster|slots');
$answer = json_decode(php($ini, '
    require "' . $support . '/fork.inc";
    $begun = hrtime(true);
    $got = in_children(30, function ($number) {
        for ($i = 0; $i < 200; $i++) {
            try {
                return (new Strata\Cache())->set("key-$number", $number);
            } catch (Strata\ConnectionException) {
                usleep(10000);
            }
        }
    });
    echo json_encode(["set" => count(array_filter($got)), "seconds" => (hrtime(true) - $begun) / 1e9]);
'), true);
$asked = $cluster->calls('cluster|slots') - $before;
echo $answer['set'], " processes have a map\n";
echo $asked >= 1 && $asked <= 1 + $answer['seconds'] ? 'at most one question a second' : "$asked questions in $answer[seconds] seconds", "\n";

/* A slot without keys goes over to the other master, without a word to anybody. */
$slot = (string) redis($a->name(), 'CLUSTER', 'KEYSLOT', 'moving');
[$from, $to] = $cluster->ownerOf('moving') === $a ? [$a, $b] : [$b, $a];
echo php($ini, '
    require "' . $support . '/fork.inc";
    require "' . $support . '/servers.inc";
    $ask = fn () => (new Strata\Cache())->fetch("{moving}")->node;
    $before = $ask();
    $refreshes = fn () => array_sum(array_column(strata_status()["nodes"], "refreshes"));
    foreach (["' . $to->name() . '", "' . $from->name() . '"] as $node) {
        redis($node, "CLUSTER", "SETSLOT", "' . $slot . '", "NODE", "' . $cluster->id($to) . '");
    }
    [$first] = in_children(1, fn () => $ask());
    $others = in_children(6, fn () => $ask());
    echo $before === "' . $from->name() . '" ? "asked the old owner" : "", "\n";
    echo $first === "' . $to->name() . '" ? "followed to the new one" : "", "\n";
    echo array_unique($others) === [$first] ? "all ask the new one" : "", "\n";
    echo array_sum(array_column(strata_status()["nodes"], "redirects")), " redirect\n";
    [$known] = array_values(strata_status()["clusters"]);
    echo $known["version"] >= 1 ? "a map of" : "no map of", " $known[nodes] nodes, $known[slots_without_owner] slots without owner\n";
');
echo OwnCluster::errorsOf($from, 'MOVED'), " MOVED by the old owner: for the value and, not followed, for its end\n";
?>
--EXPECT--
30 processes have a map
at most one question a second
asked the old owner
followed to the new one
all ask the new one
1 redirect
a map of 2 nodes, 0 slots without owner
2 MOVED by the old owner: for the value and, not followed, for its end
