--TEST--
A worker that is killed after Redis took a change and before memcached forgot the value leaves no old value to the others
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

$memcached = new OwnServer('memcached');
$redis = new OwnServer('redis');
$proxy = new FaultProxy($memcached);
echo php([
    'strata.memcached' => $proxy->dsn(), 'strata.redis' => $redis->dsn(), 'strata.local_ttl' => '0', 'strata.request_budget' => '0',
    'strata.operation_timeout' => '10s', 'strata.connect_timeout' => '10s',
], '
    require "' . __DIR__ . '/../../support/fault_proxy.inc";
    $proxy = new FaultControl("' . $proxy->control . '");
    $cache = new Strata\Cache();
    $changes = [
        "delete" => fn () => $cache->delete("key"),
        "set" => fn () => $cache->set("key", "new"),
        "deleteMultiple" => fn () => $cache->deleteMultiple(["other", "key"]),
        "touch" => fn () => $cache->touch("key", 100),
        "compareAndSet" => fn () => $cache->compareAndSet("key", $cache->fetch("key"), "new"),
    ];
    foreach ($changes as $name => $change) {
        $cache->setMultiple(["key" => "old", "other" => "old"]);
        /* It fills memcached. */
        $cache->get("key");
        echo $name, ": ", $cache->fetch("key")->tier->name, ", ";
        $struck = $proxy->count("struck");
        $proxy->arm("choke", 0, "md ");
        $child = pcntl_fork();
        if ($child === 0) {
            $change();
            exit;
        }
        $proxy->await("struck", $struck + 1);
        exec("kill -9 $child");
        pcntl_waitpid($child, $status);
        $proxy->clear();
        usleep(150_000);
        $cache->get("another");
        $found = $cache->fetch("key");
        $is_right = $name === "touch" ? ($found->value === null || $found->ttl > 0) : $found->value !== "old";
        echo pcntl_wifsignaled($status) ? "killed, " : "not killed, ", $is_right ? "right" : "wrong: " . json_encode($found), "\n";
    }
    echo array_sum(array_column(strata_status()["unconfirmed"], "overflows")), " overflows\n";
');
?>
--EXPECT--
delete: Memcached, killed, right
set: Memcached, killed, right
deleteMultiple: Memcached, killed, right
touch: Memcached, killed, right
compareAndSet: Memcached, killed, right
0 overflows
