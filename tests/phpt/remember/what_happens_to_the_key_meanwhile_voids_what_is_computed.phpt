--TEST--
remember(): a set, add, increment or delete while it computes wins, from whatever host, and the value is only returned
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

$servers = [new OwnServer('redis'), new OwnServer('memcached')];
$redis = ['strata.redis' => $servers[0]->dsn()];
$memcached = ['strata.memcached' => $servers[1]->dsn()];
$fleets = [
    'local' => [],
    'redis' => $redis + ['strata.local_ttl' => '60s'],
    'memcached' => $memcached + ['strata.local_ttl' => '60s'],
    'both' => $memcached + $redis + ['strata.local_ttl' => '60s'],
];
$acts = [
    'nothing' => '1',
    'delete' => '$cache->delete("KEY")',
    'set' => '$cache->set("KEY", "set")',
    'add' => '$cache->add("KEY", "added")',
    'increment' => '$cache->increment("KEY")',
    'replace' => '$cache->replace("KEY", "replaced")',
    'deleteMultiple' => '$cache->deleteMultiple(["KEY"])',
];
foreach ($fleets as $name => $ini) {
    $a = new Host($ini);
    $b = $ini === [] ? $a : new Host($ini);
    foreach ($acts as $act => $expression) {
        $expression = str_replace('KEY', "$name $act", $expression);
        $fifo = tempnam(sys_get_temp_dir(), 'strata');
        unlink($fifo);
        if ($b === $a) {
            $during = "$expression;";
        } else {
            exec('mkfifo ' . escapeshellarg($fifo));
            $during = "fwrite(fopen('$fifo', 'w'), '.'); fread(fopen('$fifo', 'r'), 1);";
        }
        $a->begin("strata_remember('$name $act', 60, function () use (\$cache) { $during return 'computed'; })");
        if ($b !== $a) {
            fread(fopen($fifo, 'r'), 1);
            $b->ask($expression);
            fwrite(fopen($fifo, 'w'), '.');
        }
        $answer = $a->end();
        echo "$name, $act: ", json_encode([$answer, $a->ask("strata_get('$name $act')"), $b->ask("strata_get('$name $act')")]), "\n";
        @unlink($fifo);
    }
}
?>
--EXPECT--
local, nothing: ["computed","computed","computed"]
local, delete: ["computed",null,null]
local, set: ["computed","set","set"]
local, add: ["computed","added","added"]
local, increment: ["computed",1,1]
local, replace: ["computed","computed","computed"]
local, deleteMultiple: ["computed",null,null]
redis, nothing: ["computed","computed","computed"]
redis, delete: ["computed",null,null]
redis, set: ["computed","set","set"]
redis, add: ["computed","added","added"]
redis, increment: ["computed",1,1]
redis, replace: ["computed","computed","computed"]
redis, deleteMultiple: ["computed",null,null]
memcached, nothing: ["computed","computed","computed"]
memcached, delete: ["computed",null,null]
memcached, set: ["computed","set","set"]
memcached, add: ["computed","added","added"]
memcached, increment: ["computed",1,1]
memcached, replace: ["computed","computed","computed"]
memcached, deleteMultiple: ["computed",null,null]
both, nothing: ["computed","computed","computed"]
both, delete: ["computed",null,null]
both, set: ["computed","set","set"]
both, add: ["computed","added","added"]
both, increment: ["computed",1,1]
both, replace: ["computed","computed","computed"]
both, deleteMultiple: ["computed",null,null]
