--TEST--
shadow: what differs is found when it is seen twice, with its class and key, and what is equal is not
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
require __DIR__ . '/../../support/hosts.inc';
require __DIR__ . '/../../support/shadow.inc';

[$redis, $shadow] = [new OwnServer('redis'), new OwnServer('redis')];
$alone = fn (OwnServer $server, string $code) => print(php(place($server->dsn()) + ['strata.local_ttl' => '0'] + PATIENT,
    '$cache = new Strata\Cache; ' . $code));
$host = new Host(moving($redis->dsn(), $shadow->dsn(), 'compare', ['strata.shadow_compare' => '100%']));
$host->ask('$cache->setMultiple(array_fill_keys(array_map(fn ($i) => "equal:$i", range(1, 50)), "the same"), 1000)');
$host->ask('$cache->setMultiple(["missing:1" => 1.5, "newer:1" => "a", "end:1" => "a", "foreign:1" => "a"], 1000)');
$host->ask('$cache->increment("value:1", 5, 0, 1000)');
$host->ask('$cache->set("end:2", 7, 1000)');
$host->ask('"all of that is brought over"');

/* What happens in one place alone. */
$alone($shadow, '$cache->delete("missing:1"); $cache->set("surplus:1", "a"); $cache->set("older:1", "a");
    $cache->touch("end:1", 5000); $cache->touch("end:2", 5000); $cache->increment("value:1");');
usleep(20_000);
$alone($redis, '$cache->set("older:1", "b");');
$alone($shadow, '$cache->set("newer:1", "b");');
$name = trim(explode("\n", implode("\n", redis($shadow->name(), 'KEYS', '*foreign:1')))[0]);
redis($shadow->name(), 'SET', $name, 'of another program');

$keys = '[...array_map(fn ($i) => "equal:$i", range(1, 50)), "missing:1", "surplus:1", "older:1", "newer:1", "value:1", "end:1", "end:2",
    "foreign:1", "nothing:1"]';
$look = fn () => $host->ask("array_map(fn (\$keys) => \$cache->getMultiple(\$keys) && strata_request_boundary(), array_chunk($keys, 20))");
$of = fn () => $host->ask('strata_status()["databases"]["default"]["shadow"]');
$look();
$host->ask('1');
echo 'seen once: ', array_sum($of()['classes']) - $of()['classes']['equal'], "\n";
sleep(2);
$found = fn () => array_column($of()['keys'], 'class', 'key');
for ($i = 0; $i < 100 && count($found()) < 8; $i++) {
    usleep(100_000);
    $look();
}
$keys = $found();
ksort($keys);
print_r($keys);
$classes = array_keys(array_filter($of()['classes']));
sort($classes);
echo implode(', ', $classes), "\n";
echo 'left out: ', $of()['counts']['left_out'], "\n";
?>
--EXPECT--
seen once: 0
Array
(
    [end:1] => end
    [end:2] => end
    [foreign:1] => foreign
    [missing:1] => missing
    [newer:1] => newer
    [older:1] => older
    [surplus:1] => surplus
    [value:1] => value
)
end, equal, foreign, missing, newer, older, surplus, value
left out: 0
