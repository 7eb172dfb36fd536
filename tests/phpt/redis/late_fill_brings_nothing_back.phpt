--TEST--
Redis: what a get found before a delete, a set or a touch is in no nearer tier after it, of this host or another
--SKIPIF--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/php.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_fault_proxy();
skip_without_child();
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/hosts.inc';

const CHANGES = [
    ['$cache->delete("K")', null],
    ['$cache->set("K", "new", 600)', 'new'],
    ['$cache->deleteMultiple(["K", "other"])', null],
    ['$cache->replace("K", "new")', 'new'],
    ['$cache->compareAndSet("K", $cache->fetch("K", Strata\Tier::Redis), "new")', 'new'],
    ['$cache->setMultiple(["other" => 1, "K" => "new"])', 'new'],
];
$memcached = new OwnServer('memcached');
$redis = new OwnServer('redis');
$proxy = new FaultProxy($redis);
$ini = ['strata.memcached' => $memcached->dsn(), 'strata.redis' => $redis->dsn()];
/* The proxy is between one host and Redis: its answer is on the way while another host changes the value. */
$slow = new Host(['strata.redis' => $proxy->dsn()] + $ini);
$fast = new Host($ini);
$deep = new Host(['strata.memcached' => ''] + $ini);

$wrong = $refused = [];
for ($i = 0; $i < 102; $i++) {
    [$change, $after] = CHANGES[$i % count(CHANGES)];
    $key = ['k%d', "k %d\n", '{k%d}'][$i % 3];
    $key = addcslashes(sprintf($key, $i), "\n");
    $change = str_replace('K', $key, $change);
    $deep->ask("\$cache->set(\"$key\", 'old', 600)");
    $slow->ask('$cache->get("nothing")'); /* so that it does not have to ask for the generation */
    $proxy->arm('hold', 0, "GET\r\n");
    $slow->begin($i % 2 ? "\$cache->get(\"$key\")" : "\$cache->getMultiple(['other', \"$key\"])");
    $proxy->await('struck', $i + 1);
    $fast->ask($change) === true || $refused[] = $change;
    $proxy->release();
    $slow->end();
    foreach ([$fast, $slow] as $host) {
        $seen = $host->ask("\$cache->get(\"$key\")");
        $seen === $after || $wrong[] = "$change: " . json_encode($seen);
    }
}
echo "another host: ", json_encode([$refused, $wrong]), "\n";

echo "this host: ", php(['strata.redis' => $proxy->dsn(), 'strata.memcached' => $memcached->dsn(), 'strata.local_ttl' => '60s',
    'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s', 'strata.request_budget' => '0'], '
    require "' . __DIR__ . '/../../support/fault_proxy.inc";
    require "' . __DIR__ . '/../../support/fork.inc";
    $control = new FaultControl("' . $proxy->control . '");
    $cache = new Strata\Cache();
    $struck = $control->count("struck");
    [, $wrong] = in_children(2, function (int $number) use ($cache, $control, $struck) {
        for ($wrong = [], $i = 0; $i < 40; $i++) {
            $key = "h$i";
            if ($number === 0) {
                while ($cache->get("turn") !== $i) {
                    usleep(500);
                }
                $cache->get($key);
                $cache->set("turn", -$i - 1);
                continue;
            }
            $cache->set($key, "old", 600);
            $cache->touch($key, 600); /* which drops what is here */
            $control->arm("hold", 0, ":$key\r\n");
            $cache->set("turn", $i);
            $control->await("struck", $struck + $i + 1);
            $is_done = match ($i % 4) {
                0 => $cache->delete($key),
                1 => $cache->set($key, "new"),
                2 => $cache->replace($key, "new"),
                3 => $cache->touch($key, 900),
            };
            $control->release();
            while ($cache->get("turn") !== -$i - 1) {
                usleep(500);
            }
            $after = [null, "new", "new", "old"][$i % 4];
            $found = $cache->fetch($key);
            $is_right = $found->value === $after && ($i % 4 !== 3 || $found->ttl > 600);
            $is_done && $is_right || $wrong[] = "$i: " . json_encode($found->value) . " for $found->ttl s";
        }
        return $wrong;
    });
    echo json_encode($wrong), "\n";
');
?>
--EXPECT--
another host: [[],[]]
this host: []
