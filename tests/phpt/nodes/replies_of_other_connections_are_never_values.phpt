--TEST--
Nodes: what one process was told while another one was meant is no value of either
--SKIPIF--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fault_proxy();
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/php.inc';

/* Nothing in a number of Redis says whose it is: there, only replies that are proven can be believed. */
foreach (['memcached' => 'auto', 'redis' => 'auto', 'redis, strict' => 'on'] as $kind => $strict) {
    $server = new OwnServer(strtok($kind, ','));
    $proxy = new FaultProxy($server);
    $ini = ['strata.' . strtok($kind, ',') => $proxy->dsn(), 'strata.memory' => '0', 'strata.operation_timeout' => '100ms',
        'strata.request_budget' => '0', 'strata.connect_rate' => '10000', 'strata.strict' => $strict];
    echo "$kind: ", php($ini, '
        require "' . __DIR__ . '/../../support/fork.inc";
        require "' . __DIR__ . '/../../support/fault_proxy.inc";
        $cache = new Strata\Cache();
        $proxy = new FaultControl("' . $proxy->control . '");
        $numbers = ' . var_export($kind !== 'redis', true) . ';
        for ($i = 0; $i < 400 && !$cache->setMultiple(["mine-0" => "of 0", "mine-1" => "of 1"]); $i++);
        strata_node(array_key_first(strata_status()["nodes"]), "enable");
        $wrong = in_children(2, function (int $me) use ($cache, $proxy, $numbers) {
            $wrong = 0;
            for ($i = 1; $i <= 12; $i++) {
                $proxy->arm("cross", 1, "mine");
                $value = $cache->get("mine-$me");
                $wrong += !in_array($value, ["of $me", null], true);
                $values = $cache->getMultiple(["mine-$me", "mine-none"]);
                $wrong += !in_array($values["mine-$me"], ["of $me", null], true) || $values["mine-none"] !== null;
                if ($numbers) {
                    $proxy->arm("cross", 1, "mine");
                    try {
                        $sum = $cache->increment("mine-$me:count", 2, $me);
                        $wrong += $sum % 2 !== $me;
                    } catch (Strata\ConnectionException) {
                    }
                }
            }
            $proxy->clear();
            return $wrong;
        });
        $struck = $proxy->count("struck") > 10 ? "many" : $proxy->count("struck");
        echo array_sum($wrong), " wrong, $struck replies were crossed, then ", json_encode($cache->getMultiple(["mine-0", "mine-1"])), "\n";
    ');
}
?>
--EXPECT--
memcached: 0 wrong, many replies were crossed, then {"mine-0":"of 0","mine-1":"of 1"}
redis: 0 wrong, many replies were crossed, then {"mine-0":"of 0","mine-1":"of 1"}
redis, strict: 0 wrong, many replies were crossed, then {"mine-0":"of 0","mine-1":"of 1"}
