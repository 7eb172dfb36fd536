--TEST--
remember(): where a server has no fences to give, the value is returned, nothing is stored, and that is said once
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

$server = new OwnServer('redis', 'server', ['--rename-command', 'EVAL', '', '--rename-command', 'EVALSHA', '']);
$host = new Host(['strata.redis' => $server->dsn(), 'strata.local_ttl' => '60s']);
$remember = 'strata_remember("k", 60, function () use (&$n) { return $n = ($n ?? 0) + 1; })';
echo json_encode([$host->ask($remember), $host->ask($remember), $host->ask('$cache->get("k")'), $host->ask('strata_status()["host"]["leases"]')]), "\n";
echo implode("\n", preg_replace('/127\.0\.0\.1:\d+/', 'NODE', $host->warnings())), "\n";
echo json_encode($host->ask('array_intersect_key(strata_status()["databases"]["default"]["local"], ["unfenced" => 0, "computations" => 0])')), "\n";
?>
--EXPECT--
[1,2,null,0]
database default: the redis tier gives no fences, so what remember() computes is returned and not stored; on Redis they need EVAL
{"computations":2,"unfenced":2}
