--TEST--
strata.hot_keys = auto: a key that is read thousands of times a second reaches the server once in the life of a copy
--SKIPIF--
<?php require __DIR__ . '/../../support/own_server.inc'; skip_without_own_server(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/hosts.inc';

$redis = new OwnServer('redis');
$ini = fn (string $mode) => ['strata.redis' => $redis->dsn(), 'strata.local_ttl' => '100ms', 'strata.hot_keys' => $mode,
    'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s'];
$auto = [new Host($ini('auto')), new Host($ini('auto'))];
$off = new Host($ini('off'));
$auto[0]->ask('$cache->setMultiple(["hot" => 1, "seldom" => 1, "short" => 1])');
/* So many reads of one key take well over 1,000 a second. Returns the seconds that they took. */
$read = '(function () use ($cache) {
    for ($began = microtime(true); microtime(true) < $began + 0.9;) {
        for ($i = 0; $i < 100; $i++) { $cache->get("%s"); }
    }
    return microtime(true) - $began;
})()';
$asked = fn (Host $host) => $host->ask('strata_status()["databases"]["default"]["redis"]["hits"]');
foreach ([...$auto, $off] as $host) {
    $host->ask(sprintf($read, 'hot'));
}
foreach (['off' => [$off, 100], 'auto' => [$auto[0], 400], 'the other' => [$auto[1], 400]] as $name => [$host, $life]) {
    $before = $asked($host);
    $seconds = $host->ask(sprintf($read, 'hot'));
    $times = $asked($host) - $before;
    echo $name, ': ', $times <= $seconds * 1000 / $life + 1 ? 'at most once in a copy\'s life' : "$times times in $seconds s", "\n";
    if ($name === 'off') {
        echo $times > 4 ? 'as often as local_ttl says' : "$times times", "\n";
    }
}
$keys = $auto[0]->ask('strata_status()["hot_keys"]["default"]');
echo $keys[0]['key'], ' ', json_encode($keys[0]['hot']), "\n";
/* A copy lives no longer than its value. */
$auto[0]->ask('$cache->set("hot", 2, 1)');
usleep(1_100_000);
var_dump($auto[0]->ask('$cache->get("hot")'));
?>
--EXPECT--
off: at most once in a copy's life
as often as local_ttl says
auto: at most once in a copy's life
the other: at most once in a copy's life
hot true
NULL
