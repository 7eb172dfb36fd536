--TEST--
Redis: strata_purge() removes what clear() left behind in small steps, and nothing of anybody else
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';

$server = new OwnServer('redis', arguments: ['--slowlog-log-slower-than', '0', '--slowlog-max-len', '1000000']);
$tell = fn (string ...$command) => redis($server->name(), ...$command);
$before = fn (string $of) => array_filter([
    'default:17:kept', 'default:1700000000000000:', "default:1700000000000000:not mine\n",
    'other:default:1700000000000000:kept', 'defaul:1700000000000000:kept', 'default2:1700000000000000:kept', 'users:17:name',
    'default:9999999999999999999:kept', 'default:0700000000000000:kept', 'default:1700000000000000',
], fn ($name) => $of === '' || str_contains($name, $of));
foreach ($before('') as $name) {
    $tell('SET', $name, 'x');
}
$ini = ['strata.redis' => $server->dsn(), 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.databases' => 'second'];
echo php($ini, '
    $values = fn (string $word) => array_combine(array_map(fn ($i) => "$word:$i", range(1, 5000)), range(1, 5000));
    $cache = new Strata\Cache();
    $second = new Strata\Cache("second");
    $second->setMultiple(["a" => 1, "b" => 2]);
    $cache->setMultiple($values("old"));
    $cache->clear();
    $cache->setMultiple(["new" => 1, "newer" => "two", "*" => [3]]);
    $sum = function (bool $count_only) {
        $sum = ["seen" => 0, "former" => 0, "removed" => 0];
        $calls = 0;
        do {
            $step = strata_purge("default", 1000, $count_only);
            array_walk($sum, fn (&$number, $name) => $number += $step[$name]);
        } while (++$calls < 100 && !$step["done"]);
        echo json_encode($sum), $calls > 3 && $calls < 30 ? "" : " in $calls calls", ", message ", json_encode($step["message"]), "\n";
    };
    $sum(true);
    $sum(false);
    $sum(false);
    echo json_encode([$cache->getMultiple(["new", "newer", "*", "old:1"]), $second->getMultiple(["a", "b"])]), "\n";
');
/* Three values, two of the other database, a copy of the generation for each, and what strangers have. */
echo $tell('DBSIZE') - count($before('')) + 2, " of 7 are left\n";
foreach ($before('kept') as $name) {
    echo $tell('EXISTS', $name) === 1 ? '' : "$name is gone\n";
}
$counts = [];
foreach ($tell('SLOWLOG', 'GET', '100000') as $entry) {
    $counts[strtoupper($entry[3][0])][] = $entry[3];
}
echo implode(' ', array_keys(array_intersect_key($counts, array_flip(['KEYS', 'FLUSHALL', 'FLUSHDB', 'DEL', 'SCAN', 'UNLINK'])))), "\n";
echo max(array_map(fn ($scan) => (int) $scan[5], $counts['SCAN'])), " at once, ", max(array_map('count', $counts['UNLINK'])) - 1, " at once\n";
?>
--EXPECT--
{"seen":5005,"former":5002,"removed":0}, message null
{"seen":5005,"former":5002,"removed":5002}, message null
{"seen":3,"former":0,"removed":0} in 1 calls, message null
[{"new":1,"newer":"two","*":[3],"old:1":null},{"a":1,"b":2}]
7 of 7 are left
SCAN UNLINK
500 at once, 1 at once
