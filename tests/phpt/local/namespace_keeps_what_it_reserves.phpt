--TEST--
strata.local_reserve: what others store takes nothing of it, and what is dead goes all the same
--INI--
strata.memory=4M
strata.databases=quiet,noisy,greedy,crossed
strata.quiet.local_reserve=30%
strata.greedy.local_reserve=71%
strata.crossed.local_reserve=50%
strata.crossed.local_share=40%
--FILE--
<?php
$quiet = new Strata\Cache('quiet');
$noisy = new Strata\Cache('noisy');
$other = new Strata\Cache();
$count = 1000;
$there = fn ($cache) => count(array_filter($cache->getMultiple(array_map(fn ($i) => "key $i", range(0, $count - 1)))));
foreach ([$quiet, $other] as $cache) {
    for ($i = 0; $i < $count; $i++) {
        $cache->set("key $i", "value $i" . str_repeat('q', 600));
    }
}
for ($i = 0; $i < 60000; $i++) {
    $noisy->set("key $i", [$i, str_repeat('n', 600)]);
    $noisy->get('key ' . ($i >> 1));
}
var_dump($there($quiet), $there($other) < $count);

// Beyond its reserve it is as all others are, and it makes room for itself.
for ($i = 0; $i < 5000; $i++) {
    $quiet->set("more $i", str_repeat('m', 600));
}
var_dump($quiet->set('last', 1), $quiet->get('last'));

$quiet->clear();
$quiet->set('new', 1);
for ($i = 0; $i < 20000; $i++) {
    $noisy->set("again $i", [$i, str_repeat('n', 600)]);
}
var_dump(strata_status()['local']['outdated'] >= $count);

foreach (['greedy', 'crossed'] as $name) {
    try {
        (new Strata\Cache($name))->set('a', 1);
    } catch (Strata\ConfigurationException $e) {
        echo $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
int(1000)
bool(true)
bool(true)
int(1)
bool(true)
database greedy, strata.local_reserve: 71%, and other namespaces have reserved so much of strata.memory that 70% is left
database crossed, strata.local_reserve: 50%, and strata.local_share allows 40%
