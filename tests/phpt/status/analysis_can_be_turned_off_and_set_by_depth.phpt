--TEST--
strata.analyse and strata.prefix_depth: nothing is counted where it is off, and a prefix ends where the depth says
--INI--
strata.databases=off,none,deep
strata.off.analyse=off
strata.none.prefix_depth=0
strata.deep.prefix_depth=3
--FILE--
<?php
foreach (['off', 'none', 'deep'] as $name) {
    $cache = new Strata\Cache($name);
    $cache->set('a:b:c:d', 1);
    for ($i = 0; $i < 2000; $i++) {
        $cache->get('a:b:c:d');
    }
    $cache->remember('a:b:c:e', 60, fn () => 1);
}
$status = strata_status();
foreach ($status['prefixes'] as $row) {
    $rows[] = "{$row['database']} {$row['prefix']} {$row['computations']}";
}
sort($rows);
echo implode("\n", $rows), "\n";
ksort($status['hot_keys']);
echo json_encode(array_keys($status['hot_keys'])), "\n";
?>
--EXPECT--
deep a:b:c: 1
none (none) 1
["deep","none"]
