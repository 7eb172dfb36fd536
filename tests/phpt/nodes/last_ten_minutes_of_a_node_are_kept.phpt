--TEST--
Nodes: status has the last ten minutes of each node, in samples of ten seconds that all processes fill
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
require __DIR__ . '/../../support/php.inc';

$servers = ['redis' => new OwnServer('redis'), 'memcached' => new OwnServer('memcached')];
foreach ($servers as $kind => $server) {
    echo php(["strata.$kind" => $server->dsn(), 'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s',
        'strata.request_budget' => '0', 'strata.local_ttl' => '0'], '
        require "' . __DIR__ . '/../../support/fork.inc";
        in_children(3, function (int $child) {
            $cache = new Strata\Cache();
            for ($i = 0; $i < 100; $i++) {
                $cache->set("key $child", $i, 60);
            }
        });
        $node = strata_status()["nodes"]["' . $server->name() . '"];
        ["seconds" => $seconds, "until" => $until, "answers" => $answers, "failures" => $failures, "mean" => $mean,
            "longest" => $longest] = $node["history"];
        echo $seconds, " ", implode(" ", array_map(count(...), [$answers, $failures, $mean, $longest])), "\n";
        echo $until > microtime(true) - 1 && $until < microtime(true) + 11 ? "now" : $until - microtime(true), "\n";
        echo array_sum($answers) === $node["outcomes"]["ok"] ? "all answers" : json_encode([$answers, $node["outcomes"]]), "\n";
        echo array_sum($failures), " failed, ", array_sum(array_slice($answers, 0, 50)), " before\n";
        $known = array_keys(array_filter($mean));
        foreach ($known as $at) {
            echo $mean[$at] <= $longest[$at] ? "" : "$mean[$at] over $longest[$at]\n";
        }
        echo count($known) > 0 && count($known) === count(array_filter($answers)) ? "times\n" : json_encode($mean);
        exec("kill -9 ' . $server->pid() . '");
        usleep(100000);
        $cache = new Strata\Cache();
        for ($i = 0; $i < 5; $i++) {
            @$cache->set("key", 1);
        }
        $node = strata_status()["nodes"]["' . $server->name() . '"];
        $failed = array_sum($node["outcomes"]) - $node["outcomes"]["ok"] - $node["outcomes"]["slow"];
        echo array_sum($node["history"]["failures"]) === $failed && $failed > 0 ? "failed\n" : json_encode([$node["history"]["failures"], $node["outcomes"]]);
    ');
}
?>
--EXPECT--
10 60 60 60 60
now
all answers
0 failed, 0 before
times
failed
10 60 60 60 60
now
all answers
0 failed, 0 before
times
failed
