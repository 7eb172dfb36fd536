--TEST--
strata.memory: a full heap evicts what nobody reads, never all of it, and a key that is read stays
--INI--
strata.memory=1M
--FILE--
<?php
$cache = new Strata\Cache();
$cache->set('hot', ['hot']);
$lost = 0;
for ($i = 0; $i < 20000; $i++) {
    $cache->set("cold $i", str_repeat('x', 100 + $i % 300)) || print("not stored: $i\n");
    $i % 5 === 0 && $lost += $cache->get('hot') !== ['hot'];
}
var_dump($lost);
$local = strata_status()['local'];
var_dump($local['evicted'] > 10000, $local['entries'] > 500, $local['entries'] + $local['evicted'] >= 20000);
var_dump($local['used'] <= $local['size'], $local['size'] <= 1 << 20);

$recent = array_filter(range(19900, 19999), fn ($i) => $cache->get("cold $i") === str_repeat('x', 100 + $i % 300));
var_dump(count($recent) > 50);
?>
--EXPECT--
int(0)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
