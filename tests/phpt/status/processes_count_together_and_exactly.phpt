--TEST--
strata_status(): counts exactly what happened, of all processes of the host together
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.databases=b
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$show = function (string $database = 'default') {
    $counts = strata_status()['databases'][$database]['local'] ?? [];
    unset($counts['reasons'], $counts['sessions']);
    echo json_encode(array_filter($counts)), "\n";
};
$cache = new Strata\Cache();
$cache->set('a', 1);
$cache->setMultiple(['b' => 2, 'c' => 3]);
$cache->get('a');
$cache->get('none');
$cache->fetch('a');
$cache->has('a');
$cache->has('none');
$cache->getMultiple(['a', 'b', 'none', 'c', 'never']);
$show();
$cache->delete('a');
$cache->delete('a');
$cache->deleteMultiple(['b', 'none', 'c']);
$cache->add('a', 1);
$cache->add('a', 2);
$cache->replace('a', 3);
$cache->replace('none', 3);
$cache->increment('count');
$cache->increment('count');
$show();
$cache->remember('r', 60, fn () => 1);
$cache->remember('r', 60, fn () => 2);
$counts = strata_status()['databases']['default']['local'];
echo $counts['computations'], ' ', $counts['lease_waits'], "\n";

$show('b');
$did = in_children(4, function (int $child) {
    $b = new Strata\Cache('b');
    $did = ['hits' => 0, 'misses' => 0, 'sets' => 0];
    for ($i = 0; $i < 250; $i++) {
        $did['sets'] += $b->set("key $child $i", $i);
        $did[$b->get("key $child $i") === $i ? 'hits' : 'misses']++;
        $did[$b->get("none $child $i") === null ? 'misses' : 'hits']++;
    }
    return $did;
});
$counts = strata_status()['databases']['b']['local'];
foreach (['hits', 'misses', 'sets'] as $name) {
    $sum = array_sum(array_column($did, $name));
    echo $name, ' ', $counts[$name] === $sum && $sum > 900 ? 'exact' : "$counts[$name] of $sum", "\n";
}
var_dump(strata_status()['local']['entries'] === 3 + $counts['sets']);
?>
--EXPECT--
{"hits":6,"misses":4,"sets":3,"operations":{"get":{"hit":6,"miss":4},"set":{"stored":3}},"value_bytes_stored":24}
{"hits":6,"misses":4,"sets":7,"deletes":3,"increments":2,"operations":{"get":{"hit":6,"miss":4},"set":{"stored":3},"add":{"stored":1,"not_stored":1},"replace":{"stored":1,"not_stored":1},"delete":{"removed":3,"miss":2},"increment":{"stored":2}},"value_bytes_stored":40}
1 0
[]
hits exact
misses exact
sets exact
bool(true)
