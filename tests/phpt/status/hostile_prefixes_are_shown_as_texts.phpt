--TEST--
strata_status(): 10,000 prefixes and keys of any bytes fill a table of 512 rows, are texts in it, and none is lost
--FILE--
<?php
$cache = new Strata\Cache();
$namespace = $cache->namespace('inside');
$keys = ['<script>alert(1)</script>:x', "nul\0:x", "\xFF\xFE:x", "esc\x1B[2J:x", "\xE2\x80\xAE:x", 'back\\slash:x',
    str_repeat('k', 65535), str_repeat('c:', 32767), '~tilde:x', ''];
foreach (array_filter($keys, 'strlen') as $key) {
    // Of so many gets there are some in the sample.
    for ($i = 0; $i < 2000; $i++) {
        $cache->get($key);
    }
}
for ($i = 0; $i < 2000; $i++) {
    $namespace->get('within:x');
}
$status = strata_status();
$shown = array_column($status['prefixes'], 'prefix');
sort($shown);
echo implode("\n", $shown), "\n";
var_dump(json_encode($status['prefixes']) !== false, json_encode($status['hot_keys']) !== false);
$longest = max(array_map(fn ($row) => strlen($row['key']), $status['hot_keys']['default']));
var_dump($longest);

$sum = fn () => array_sum(array_map(fn ($row) => $row['tiers']['local']['operations'], strata_status()['prefixes']));
$last = $sum();
for ($i = 0; $i < 10000; $i++) {
    for ($j = 0; $j < 20; $j++) {
        $cache->get("p$i:$j:x");
    }
    if ($i % 1000 === 0) {
        $now = $sum();
        if ($now < $last) {
            echo "a total fell from $last to $now\n";
        }
        $last = $now;
    }
}
$status = strata_status();
$rows = count($status['prefixes']);
echo $rows > 256 && $rows <= 513 ? 'full' : $rows, "\n";
echo in_array('(other)', array_column($status['prefixes'], 'prefix')) ? 'and other' : 'no other', "\n";
$estimate = $sum();
echo abs($estimate - 220000) < 30000 ? 'all' : $estimate, "\n";
// Every 10 s the counts are halved, and keys that were seen once are let go.
$kept = count($status['hot_keys']['default']);
echo $kept > 0 && $kept <= 128 ? 'some keys' : $kept, "\n";
?>
--EXPECT--
(none)
<script>alert(1)</script>:
\xE2\x80\xAE:
\xFF\xFE:
back\\slash:
c:c:
esc\x1B[2J:
nul\x00:
within:
~tilde:
bool(true)
bool(true)
int(131)
full
and other
all
some keys
