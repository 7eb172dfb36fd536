--TEST--
strata_metrics(): is OpenMetrics, and its figures are those of strata_status()
--INI--
strata.databases=b
strata.b.policies="page:* ttl=1h"
strata.b.redis=redis://127.0.0.1:1
--FILE--
<?php
$cache = new Strata\Cache();
for ($i = 0; $i < 300; $i++) {
    $cache->set("key$i", $i % 2 ? $i : [$i]);
    $cache->get("key$i");
    $cache->get("none$i");
    $cache->increment('count');
}
$cache->add('key1', 1);
$cache->touch('key1', 60);
$cache->delete('key2');
$cache->delete('none');
$b = new Strata\Cache('b');
$b->set('page:1', 1);
$b->get('page:1');

$text = strata_metrics();
$status = strata_status();
$samples = [];
$family = null;
$closed = [];
foreach (explode("\n", $text) as $line) {
    if (preg_match('/^# TYPE (\S+) (counter|gauge|histogram|info)$/', $line, $found)) {
        $closed[(string) $family] = true;
        [, $family, $type] = $found;
        echo isset($closed[$family]) ? "twice: $line\n" : '';
    } elseif (preg_match('/^([a-z_]+)(?:\{(.*)\})? ([0-9.]+)$/', $line, $found)) {
        $suffixes = ['counter' => '_total', 'gauge' => '', 'info' => '_info', 'histogram' => '_(bucket|count|sum)'];
        echo preg_match("/^$family$suffixes[$type]$/", $found[1]) ? '' : "of no family: $line\n";
        echo isset($samples["$found[1] $found[2]"]) ? "twice: $line\n" : '';
        $samples["$found[1] $found[2]"] = $found[3];
    } elseif (!preg_match("/^# (UNIT|HELP) $family |^# EOF$|^$/", $line)) {
        echo "what is this? $line\n";
    }
}
echo substr($text, -6);

foreach ($status['databases'] as $database => $tiers) {
    foreach ($tiers as $tier => $counts) {
        foreach ($counts['operations'] as $operation => $endings) {
            foreach ($endings as $ending => $count) {
                $name = "strata_operations_total database=\"$database\",tier=\"$tier\",operation=\"$operation\",outcome=\"$ending\"";
                echo $samples[$name] === (string) $count ? '' : "$name is no $count\n";
            }
        }
    }
}
echo json_encode($status['databases']['default']['local']['operations']), "\n";
foreach (['used', 'free', 'size', 'retired', 'pinned'] as $name) {
    echo $samples["strata_local_{$name}_bytes "] === (string) $status['local'][$name] ? '' : "$name differs\n";
}
echo $samples['strata_policy_applied_total database="b",pattern="page:*"'], ' ',
    $samples['strata_node_info node="127.0.0.1:1",db_system_name="redis",server_address="127.0.0.1",server_port="1",protocol="redis"'], "\n";
?>
--EXPECT--
# EOF
{"get":{"hit":300,"miss":300},"set":{"stored":300},"add":{"not_stored":1},"delete":{"removed":1,"miss":1},"touch":{"touched":1},"increment":{"stored":300}}
2 1
