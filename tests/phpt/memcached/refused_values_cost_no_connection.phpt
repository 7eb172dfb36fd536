--TEST--
memcached: values that a server refuses, because of its -I or because it is full, cost neither connections nor other keys
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

/* Four processes of a host read and delete small values, and each time try to store a large one. */
function try_values_of(int $size, array $arguments, string $prepare = ''): void
{
    $server = new OwnServer('memcached', arguments: $arguments);
    echo php(['strata.memcached' => $server->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s',
        'strata.connect_timeout' => '5s', 'strata.request_budget' => '0'], '
        require "' . __DIR__ . '/../../support/fork.inc";
        $cache = new Strata\Cache();
        $cache->set("small", 1);
        ' . $prepare . '
        $done = in_children(4, function (int $child) {
            $cache = new Strata\Cache();
            $large = random_bytes(' . $size . ');
            $done = [];
            for ($i = 0; $i < 40; $i++) {
                $name = $cache->fetch("small")->reason?->value ?? "read";
                $done[$name] = ($done[$name] ?? 0) + 1;
                $name = $cache->delete("gone$i") ? "deleted" : "not deleted";
                $done[$name] = ($done[$name] ?? 0) + 1;
                $done["refused"] = ($done["refused"] ?? 0) + !@$cache->set("large$child", $large);
                $several = ["before" => "b", "large$child" => $large, "behind" => "b"];
                $done["refused"] += !@$cache->setMultiple($several);
                $done["beside"] = ($done["beside"] ?? 0) + count(array_keys($cache->getMultiple(["before", "behind"]), "b"));
            }
            return $done;
        });
        foreach (["read", "deleted", "refused", "beside"] as $name) {
            echo $name, " ", array_sum(array_column($done, $name)), ", ";
        }
        echo implode(" ", array_diff(array_keys(array_merge(...$done)), ["read", "deleted", "refused", "beside"])), "\n";
        $node = current(strata_status()["nodes"]);
        echo $node["connects"], " connects, ", $node["closes"] + $node["closed"]["failed"], " closed, ", $node["state"], "\n";
        $largest = 20 * ' . $size . ';
        echo $node["bytes_sent"] < $largest ? "no value was sent in vain" : "values were sent", "\n";
    ');
}

echo "larger than -I:\n";
try_values_of(1_200_000, []);
echo "full, and nothing is evicted:\n";
try_values_of(100_000, ['-M', '-m', '4'], '
    for ($i = 0; $i < 60; $i++) {
        @$cache->set("fill$i", random_bytes(100_000));
    }
');
?>
--EXPECT--
larger than -I:
read 160, deleted 160, refused 320, beside 320, 
5 connects, 0 closed, closed
no value was sent in vain
full, and nothing is evicted:
read 160, deleted 160, refused 320, beside 320, 
5 connects, 0 closed, closed
values were sent
