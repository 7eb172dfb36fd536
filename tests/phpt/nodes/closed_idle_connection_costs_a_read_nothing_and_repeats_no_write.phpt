--TEST--
A connection that was closed while it lay idle costs a read nothing, and a write is not done twice for it
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

/* The proxy closes a connection when the reply to a command on it comes: too late for a look before the command. */
foreach (['memcached', 'redis'] as $kind) {
    $server = new OwnServer($kind);
    $proxy = new FaultProxy($server);
    $ini = ["strata.$kind" => $proxy->dsn(), 'strata.local_ttl' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '5s'];
    echo "$kind\n", php($ini, sprintf('
        require "%s/../../support/fault_proxy.inc";
        require "%s/../../support/show.inc";
        $proxy = new FaultControl(%s);
        $cache = new Strata\Cache();
        $node = fn () => current(strata_status()["nodes"]);
        $cache->set("key", "value");
        $cache->set("count", 1);
        $proxy->arm("cut", 0, "key");
        echo told($cache->fetch("key")), ", retries: ", $node()["retries"], "\n";
        $proxy->arm("cut", 0, "key");
        echo implode(" ", $cache->getMultiple(["key", "count"])), ", retries: ", $node()["retries"], "\n";
        $proxy->arm("cut", 0, "count");
        echo thrown(fn () => $cache->increment("count")) === "" ? "counted twice" : "not counted again",
            ", retries: ", $node()["retries"], "\n";
        $proxy->arm("cut", 0, "other");
        var_dump($cache->set("other", 1));
        echo "retries: ", $node()["retries"], ", stale: ", $node()["outcomes"]["stale"], ", state: ", $node()["state"], "\n";
    ', __DIR__, __DIR__, var_export($proxy->control, true)));
}
?>
--EXPECT--
memcached
hit memcached: 'value', retries: 1
value 1, retries: 2
not counted again, retries: 2
bool(false)
retries: 2, stale: 1, state: closed
redis
hit redis: 'value', retries: 1
value 1, retries: 2
not counted again, retries: 2
bool(false)
retries: 2, stale: 1, state: closed
