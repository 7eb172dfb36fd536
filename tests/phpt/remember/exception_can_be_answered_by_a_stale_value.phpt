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
strata: key "local": a stale value is served, since computing it failed: DomainException: down
strata: key "redis": a stale value is served, since computing it failed: DomainException: down
strata: key "memcached": a stale value is served, since computing it failed: DomainException: down
