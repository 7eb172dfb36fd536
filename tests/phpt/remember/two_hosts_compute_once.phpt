--TEST--
remember() on two hosts at once computes once, over Redis, memcached, and both
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
    'redis' => $redis,
    'redis, local' => $redis + ['strata.local_ttl' => '60s'],
    'memcached' => $memcached,
    'memcached, redis, local' => $memcached + $redis + ['strata.local_ttl' => '60s'],
];
$compute = fn (string $key, string $by) => "strata_remember('$key', 60, function () { strata_increment('n $key'); usleep(200000); return 'by $by'; })";
foreach ($fleets as $name => $ini) {
    $a = new Host($ini);
    $b = new Host($ini);
    foreach (['k1', 'k2', 'k3'] as $i => $key) {
        [$first, $second] = $i % 2 ? [$b, $a] : [$a, $b];
        $first->begin($compute("$name $key", 'the first'));
        $i < 2 && usleep(50000);
        $second->begin($compute("$name $key", 'the second'));
        $answers = [$first->end(), $second->end()];
        $same = $answers[0] === $answers[1];
        echo "$name: ", $same ? 'the same' : json_encode($answers), ', computed ', $a->ask("strata_get('n $name $key')"),
            ', read again ', json_encode($first->ask("strata_get('$name $key')") === $answers[0]), ' ',
            json_encode($second->ask("strata_get('$name $key')") === $answers[0]), "\n";
    }
}
?>
--EXPECT--
redis: the same, computed 1, read again true true
redis: the same, computed 1, read again true true
redis: the same, computed 1, read again true true
redis, local: the same, computed 1, read again true true
redis, local: the same, computed 1, read again true true
redis, local: the same, computed 1, read again true true
memcached: the same, computed 1, read again true true
memcached: the same, computed 1, read again true true
memcached: the same, computed 1, read again true true
memcached, redis, local: the same, computed 1, read again true true
memcached, redis, local: the same, computed 1, read again true true
memcached, redis, local: the same, computed 1, read again true true
