--TEST--
One call waits for operation_timeout in all, whatever it asks of how many tiers, and a silent node leaves time for the others
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

/* What one call may take: half of a second more is for a machine that is busy. Two waits would take 2 s. */
const TIMED = '(function () use ($cache) { $begin = microtime(true); $answer = %s; $took = microtime(true) - $begin;'
    . ' return ($answer instanceof Strata\Result ? $answer->reason?->value ?? $answer->value : json_encode($answer))'
    . ' . ($took < 1.5 ? "" : sprintf(" after %%.1f s", $took)); })()';
$host = fn (array $ini) => new Host($ini + ['strata.operation_timeout' => '1s', 'strata.connect_timeout' => '1s']);
$try = function (string $what, array $ini, string ...$calls) use ($host) {
    foreach ($calls as $call) {
        /* A host of its own: its first call has to ask for the generation, and no breaker is open. */
        echo "$what: ", preg_replace('/"k+"/', '"k"', $call), ' -> ', $host($ini)->ask(sprintf(TIMED, $call)), "\n";
    }
};
$calls = ['$cache->fetch("a")', '$cache->delete("a")', '$cache->clear()', '$cache->touch("a", 9)'];

$silent = new OwnServer('redis');
$memcached = new OwnServer('memcached');
$both = ['strata.redis' => $silent->dsn(), 'strata.memcached' => $memcached->dsn()];

/* The generation is known, and due to be asked for again. */
$hosts = array_map(fn () => $host($both), array_flip($calls));
array_map(fn (Host $host) => $host->ask('$cache->set("a", 1)'), $hosts);
usleep(1100000);
$silent->signal(STOPPED);
$memcached->signal(STOPPED);
foreach ($hosts as $call => $one) {
    echo "both fall silent: $call -> ", $one->ask(sprintf(TIMED, $call)), "\n";
}

$try('both are silent', $both, ...$calls);

$redis = new OwnServer('redis');
$host(['strata.redis' => $redis->dsn()])->ask('$cache->set("a", "of Redis")');
$try('memcached is silent', ['strata.redis' => $redis->dsn(), 'strata.memcached' => $memcached->dsn()], '$cache->fetch("a")');

/* One that keeps a copy of the generation, and none of these keys. */
$servers = [new OwnServer('memcached'), $memcached, new OwnServer('memcached')];
$ini = ['strata.memcached' => 'memcached://' . implode(',', array_map(fn ($server) => $server->name(), $servers))];
$memcached->signal(CONTINUED);
$where = fn (string $key) => $host($ini)->ask('[$cache->set("' . $key . '", "of memcached"), $cache->fetch("' . $key . '")->node][1]');
for ($key = 'k'; $where($key) === $memcached->name(); $key .= 'k');
$memcached->signal(STOPPED);
$try('one of three is silent', $ini, '$cache->fetch("' . $key . '")');
$memcached->signal(CONTINUED);
$silent->signal(CONTINUED);
?>
--EXPECT--
both fall silent: $cache->fetch("a") -> timeout
both fall silent: $cache->delete("a") -> false
both fall silent: $cache->clear() -> false
both fall silent: $cache->touch("a", 9) -> false
both are silent: $cache->fetch("a") -> timeout
both are silent: $cache->delete("a") -> false
both are silent: $cache->clear() -> false
both are silent: $cache->touch("a", 9) -> false
memcached is silent: $cache->fetch("a") -> of Redis
one of three is silent: $cache->fetch("k") -> of memcached
