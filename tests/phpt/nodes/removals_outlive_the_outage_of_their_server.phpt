--TEST--
What is deleted or set while a server is cut off is not served by it afterwards; names that do not fit make all older values misses
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

/** Begins one; all run at once, since each waits for timeouts. The tier that is cut off is $cut. */
function cut_off(string $cut, string $beside, int $keys): array
{
    $server = new OwnServer($cut);
    $other = $beside === '' ? null : new OwnServer($beside);
    $proxy = new FaultProxy($server);
    $directives = directives(['extension' => strata_so(), 'display_errors' => '1', 'log_errors' => '0',
        "strata.$cut" => $proxy->dsn(), 'strata.local_ttl' => '0', 'strata.request_budget' => '0',
        'strata.operation_timeout' => '300ms', 'strata.connect_timeout' => '300ms',
    ] + ($other === null ? [] : ["strata.$beside" => $other->dsn()]));
    $process = proc_open([getenv('TEST_PHP_EXECUTABLE') ?: PHP_BINARY, '-n', ...$directives, '-r', '
        require "' . __DIR__ . '/../../support/fault_proxy.inc";
        $proxy = new FaultControl("' . $proxy->control . '");
        $cache = new Strata\Cache();
        $keys = array_map(fn ($i) => "key$i", range(1, ' . $keys . '));
        $cache->setMultiple(array_fill_keys([...$keys, "kept"], "old")) || print("not set; ");
        count(array_keys($cache->getMultiple($keys), "old")) === count($keys) || print("not read; ");
        $proxy->arm("stall");
        $proxy->kill();
        $told = 0;
        foreach ($keys as $i => $key) {
            $told += $i % 2 === 0 ? $cache->delete($key) : $cache->set($key, "new");
        }
        $state = strata_status()["unconfirmed"]["' . $cut . ' " . "' . $proxy->name() . '"];
        echo $told === 0 ? "none confirmed" : "$told confirmed", ", ";
        echo $state["overflows"] > 0 ? "overflow" : ($state["names"] === count($keys) ? "all noted" : json_encode($state)), ", ";
        $proxy->clear();
        for ($end = microtime(true) + 20; !strata_set("probe", 1) && microtime(true) < $end; usleep(1000));
        $old = 0;
        foreach ($keys as $key) {
            $old += $cache->get($key) === "old";
        }
        echo "$old old values, kept: ", json_encode($cache->get("kept")), ", ";
        /* Clocks of hosts may differ by 2 s. */
        $state["overflows"] > 0 && usleep(2_100_000);
        $cache->set("kept", "anew");
        echo json_encode($cache->get("kept")), "\n";
    '], [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
    return [$cut . ($beside === '' ? '' : " beside $beside"), $process, $pipes[1], $server, $other, $proxy];
}
/* A set that Redis took is true, whatever memcached says. */
foreach ([cut_off('redis', '', 60), cut_off('memcached', 'redis', 60), cut_off('memcached', '', 2400)] as [$tiers, $process, $said]) {
    echo "$tiers: ", stream_get_contents($said);
    $code = proc_close($process);
    $code === 0 || print("exit code $code\n");
}
?>
--EXPECT--
redis: none confirmed, all noted, 0 old values, kept: "old", "anew"
memcached beside redis: 30 confirmed, all noted, 0 old values, kept: "old", "anew"
memcached: none confirmed, overflow, 0 old values, kept: null, "anew"
