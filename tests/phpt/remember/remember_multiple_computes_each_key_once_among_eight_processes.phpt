--TEST--
rememberMultiple() in eight processes at once computes each missing key once, in whatever order they ask
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.lease_wait=60s
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$keys = array_map(fn ($i) => "key $i", range(1, 24));
$answers = in_children(8, function (int $child) use ($keys) {
    $cache = new Strata\Cache;
    mt_srand($child);
    $calls = 0;
    shuffle($keys);
    /* Some of them begin with a few alone, so that all wait for all. */
    $values = $cache->rememberMultiple($child % 2 ? array_slice($keys, 0, 5) : [], 60, $compute = function (array $keys) use ($child, &$calls) {
        $calls++;
        usleep(20_000);
        array_map(fn ($key) => strata_increment("computations of $key"), $keys);
        return array_combine($keys, array_map(fn ($key) => "$key by child $child", $keys));
    });
    $values = $cache->rememberMultiple($keys, 60, $compute) + $values;
    $right = array_keys($values) === $keys;
    ksort($values);
    return [$values, $right, $calls];
});
$first = $answers[0][0];
foreach ($answers as [$values, $right, $calls]) {
    if ($values !== $first || !$right || $calls > 2) {
        echo json_encode([$values, $right, $calls]), "\n";
    }
}
echo count($first), ' ', json_encode(array_unique(array_map(fn ($key) => strata_get("computations of $key"), $keys))), ' ', strata_status()['host']['leases'], "\n";
?>
--EXPECT--
24 [1] 0
