--TEST--
remember(): with OnError::Stale an exception is answered by the value that is kept, on all hosts, until a pause is over
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
$log = tempnam(sys_get_temp_dir(), 'strata');
$always = ['strata.ttl_jitter' => '0', 'strata.local_ttl' => '1s', 'error_log' => $log];
$fleets = ['local' => $always, 'redis' => ['strata.redis' => $servers[0]->dsn()] + $always, 'memcached' => ['strata.memcached' => $servers[1]->dsn()] + $always];
$remember = fn (string $key, string $how, string $onError = 'Stale') =>
    "strata_remember('$key', 1, function () use (&\$n) { \$n = (\$n ?? 0) + 1; $how }, stale: 60, onError: Strata\OnError::$onError)";
$hosts = [];
foreach ($fleets as $name => $ini) {
    $hosts[$name] = ['a' => new Host($ini)] + ($ini === $always ? [] : ['b' => new Host($ini)]);
    echo "$name: ", $hosts[$name]['a']->ask($remember($name, "throw new DomainException('no value at all');")), "\n";
    echo "$name: ", $hosts[$name]['a']->ask($remember($name, "return 'old';")), "\n";
}
usleep(2100000);
foreach ($hosts as $name => $fleet) {
    foreach ($fleet as $host => $php) {
        $php->ask('$n = 0');
        echo "$name $host: ", json_encode([
            $php->ask($remember($name, "throw new DomainException('down');")), $php->ask($remember($name, "throw new DomainException('down');")),
            $php->ask($remember($name, "return 'unseen';", 'Throw')), $php->ask('$n')]), "\n";
    }
}
usleep(1100000);
foreach ($hosts as $name => $fleet) {
    echo "$name: ", json_encode([$fleet['a']->ask($remember($name, "throw new LogicException('passes');", 'Throw')), $fleet['a']->ask($remember($name, "return 'new';"))]), "\n";
}
foreach ($hosts as $name => $fleet) {
    echo "$name, early: ", json_encode([
        $fleet['a']->ask("strata_remember('$name early', 60, function () { usleep(2000); return 'good'; })"),
        $fleet['a']->ask("count(array_filter(array_map(fn () => strata_remember('$name early', 60, fn () => throw new DomainException('early'), beta: 1e9), range(1, 256)), fn (\$value) => \$value === 'good'))"),
    ]), "\n";
}
$lines = preg_replace('/^\[.*?\] /m', '', file_get_contents($log));
echo $lines;
unlink($log);
?>
--EXPECT--
local: DomainException: no value at all
local: old
redis: DomainException: no value at all
redis: old
memcached: DomainException: no value at all
memcached: old
local a: ["old","old","old",1]
redis a: ["old","old","old",1]
redis b: ["old","old","old",0]
memcached a: ["old","old","old",1]
memcached b: ["old","old","old",0]
local: ["LogicException: passes","new"]
redis: ["LogicException: passes","new"]
memcached: ["LogicException: passes","new"]
local, early: ["good",256]
redis, early: ["good",256]
memcached, early: ["good",256]
strata: key "local": what was stored before is served, since computing it failed: DomainException: down
strata: key "redis": what was stored before is served, since computing it failed: DomainException: down
strata: key "memcached": what was stored before is served, since computing it failed: DomainException: down
strata: key "local early": what was stored before is served, since computing it failed: DomainException: early
strata: key "redis early": what was stored before is served, since computing it failed: DomainException: early
strata: key "memcached early": what was stored before is served, since computing it failed: DomainException: early
