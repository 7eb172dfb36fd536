--TEST--
Nodes: status has the last error of each node in words, with its time and how many there were, by all processes
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

$server = new OwnServer('redis', arguments: ['--user', 'app', 'on', '>SECRET', '~*', '+@all', '-unlink']);
echo php(['strata.redis' => "redis://app:SECRET@{$server->name()}", 'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s', 'strata.request_budget' => '0'], '
    require "' . __DIR__ . '/../../support/fork.inc";
    $node = fn () => strata_status()["nodes"]["' . $server->name() . '"];
    $cache = new Strata\Cache();
    $cache->set("a", 1, 60);
    var_dump($node()["last_error"]);
    $before = microtime(true) - 0.1;
    in_children(3, function () {
        for ($i = 0; $i < 5; $i++) {
            @(new Strata\Cache())->delete("a");
            usleep(30000);
        }
    });
    $error = $node()["last_error"];
    echo str_replace("' . $server->name() . '", "NODE", $error["text"]), "\n";
    echo $error["count"], " ", $error["time"] >= $before && $error["time"] <= microtime(true) + 0.1 ? "just now" : $error["time"], "\n";
    /* The server goes away: its last words are no longer the last error. */
    exec("kill -9 ' . $server->pid() . '");
    usleep(100000);
    @$cache->set("a", 2);
    $error = $node()["last_error"];
    echo preg_match("/refused|closed|reset|broke/", $error["text"]), " ", $error["count"] > 15 ? "more" : $error["count"], "\n";
    echo str_contains(serialize(strata_status()), "SECRET") ? "a password shows\n" : "";
');
?>
--EXPECTF--
NULL
redis NODE: NOPERM %s 'unlink' command%S
15 just now
1 more
