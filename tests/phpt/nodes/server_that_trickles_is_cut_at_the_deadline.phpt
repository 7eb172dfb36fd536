--TEST--
Nodes: a reply that comes byte by byte is given up at operation_timeout, however lively it looks
--SKIPIF--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fault_proxy();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/php.inc';

/* The bytes are the clock: 90 ms each, so that 600 ms are 7 of them, and three times as many are allowed for a busy machine. */
foreach (['memcached', 'redis'] as $kind) {
    $server = new OwnServer($kind);
    $proxy = new FaultProxy($server);
    $ini = ["strata.$kind" => $proxy->dsn(), 'strata.memory' => '0', 'strata.operation_timeout' => '600ms', 'strata.connect_timeout' => '600ms',
        'strata.request_budget' => '0', 'error_reporting' => '1'];
    echo php($ini, '
        require "' . __DIR__ . '/../../support/fault_proxy.inc";
        require "' . __DIR__ . '/../../support/show.inc";
        $cache = new Strata\Cache();
        $proxy = new FaultControl("' . $proxy->control . '");
        for ($i = 0; $i < 20 && !$cache->setMultiple(["long" => str_repeat("long", 100), "other" => "value of other"]); $i++);
        strata_node(array_key_first(strata_status()["nodes"]), "enable");
        foreach (["long" => "replies", "greeted" => "greetings"] as $key => $what) {
            $what === "replies" || $proxy->kill();
            $proxy->arm("slice", 90, $what === "replies" ? "long" : "");
            $before = $proxy->count("sent");
            echo told($cache->fetch($key)), "\n";
            $sent = $proxy->count("sent") - $before;
            echo $sent > 0 && $sent <= 20 ? "$what: cut in time" : "$what: cut after $sent bytes", "\n";
            $proxy->clear();
            for ($i = 0; $i < 20 && $cache->get("other") !== "value of other"; $i++);
            echo told($cache->fetch("other")), "\n";
        }
    ');
}
?>
--EXPECT--
error memcached (timeout)
replies: cut in time
hit memcached: 'value of other'
error memcached (timeout)
greetings: cut in time
hit memcached: 'value of other'
error redis (timeout)
replies: cut in time
hit redis: 'value of other'
error redis (timeout)
greetings: cut in time
hit redis: 'value of other'
