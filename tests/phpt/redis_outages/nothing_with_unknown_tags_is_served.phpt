--TEST--
Redis goes away: what has tags is served as long as their numbers are good, and then by no tier, also not on an error
--SKIPIF--
<?php require __DIR__ . '/../../support/own_server.inc'; skip_without_own_server(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/hosts.inc';
require __DIR__ . '/../../support/show.inc';

$server = new OwnServer('redis');
$host = new Host(['strata.redis' => $server->dsn(), 'strata.memcached' => getenv('STRATA_TEST_MEMCACHED_DSN'),
    'strata.namespace' => 'redis-outages-tags-' . getenv('STRATA_TEST_RUN'),
    'strata.local_ttl' => '300ms', 'strata.stale_on_error' => '60s', 'strata.tag_ttl' => '1s']);
$is = fn (string $key) => '[$cache->get("' . $key . '"), $cache->has("' . $key . '"), $cache->fetch("' . $key . '")->status->value]';
$host->ask('$cache->setMultiple(["plain" => "old", "other" => "old"])');
$begun = microtime(true);
$host->ask('$cache->set("tagged", "value", 600, ["a"])');
$host->ask('[$cache->get("plain"), $cache->get("other"), $cache->get("tagged")]');
$server->kill();
$early = $host->ask($is('tagged'));
expect_same(true, microtime(true) - $begun > 0.9 || $early === ['value', true, 'hit'], 'while its number is good');
usleep(1200000);
echo json_encode($host->ask($is('tagged'))), "\n", json_encode($host->ask($is('plain'))), "\n";
echo "- a set that cannot be numbered\n";
var_dump($host->ask('$cache->set("other", "new", 600, ["b"])'));
echo json_encode($host->ask($is('other'))), "\n";
echo json_encode($host->ask('$cache->remember("tagged", 60, fn () => "computed", stale: 60, tags: ["a"])')), "\n";
echo json_encode($host->ask($is('tagged'))), "\n";
echo "- back, and empty\n";
$server->start();
$host->ask('array_map(fn ($node) => strata_node($node, "enable"), array_keys(strata_status()["nodes"]))');
usleep(50000);
echo json_encode($host->ask('[$cache->get("tagged"), $cache->set("tagged", "again", 60, ["a"]), $cache->get("tagged")]')), "\n";
?>
--EXPECT--
[null,false,"error"]
["old",true,"stale"]
- a set that cannot be numbered
bool(false)
[null,false,"error"]
"computed"
[null,false,"error"]
- back, and empty
[null,true,"again"]
