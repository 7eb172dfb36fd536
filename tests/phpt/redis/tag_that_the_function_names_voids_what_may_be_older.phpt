--TEST--
Computed::tag(): a value is stored only where the number of the tag is older than the computation less 5 s, and counted otherwise
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/hosts.inc';

$namespace = 'named-' . getenv('STRATA_TEST_RUN');
$ini = ['strata.redis' => getenv('STRATA_TEST_REDIS_DSN'), 'strata.namespace' => $namespace];
$server = getenv('STRATA_TEST_REDIS');
$voided = 'array_sum(array_column(strata_status()["databases"]["default"], "voided"))';
$remember = '[$cache->remember("key", 60, fn ($computed) => $computed->tag("named") ? "value" : null), $cache->get("key")]';

echo "- named for the first time\n";
$host = new Host($ini);
echo json_encode($host->ask($remember)), ' ', $host->ask($voided), "\n";

echo "- it was raised just before\n";
$host->ask('$cache->invalidateTags("named")');
echo json_encode($host->ask($remember)), ' ', $host->ask($voided), "\n";

echo "- its number is old\n";
$host->ask('$cache->delete("key")');
[$name] = array_values(array_filter(redis($server, 'KEYS', "$namespace:*"), fn ($name) => str_contains($name, ':tag:')));
$number = (int) redis($server, 'GET', $name);
redis($server, 'SET', $name, (string) ($number - 10000000));
$other = new Host($ini);
echo json_encode($other->ask($remember)), ' ', $other->ask($voided), "\n";

echo "- it is invalidated meanwhile\n";
$other->ask('$cache->delete("key")');
echo json_encode($other->ask('[$cache->remember("key", 60, function ($computed) use ($cache) { $cache->invalidateTags("named"); $computed->tag("named"); return "old"; }), $cache->get("key")]')),
    ' ', $other->ask($voided), "\n";
?>
--EXPECT--
- named for the first time
["value","value"] 0
- it was raised just before
["value",null] 1
- its number is old
["value","value"] 0
- it is invalidated meanwhile
["old",null] 1
