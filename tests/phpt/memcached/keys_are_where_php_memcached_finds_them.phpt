--TEST--
memcached: 10,000 keys belong to the servers that php-memcached with OPT_LIBKETAMA_COMPATIBLE finds
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php_memcached.inc';
skip_without_memcached();
skip_without_php_memcached();
?>
--INI--
strata.databases=even,uneven
strata.even.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.uneven.memcached="${STRATA_TEST_UNEVEN_MEMCACHED_DSN}"
strata.namespace=ring-${STRATA_TEST_RUN}
strata.memory=0
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php_memcached.inc';

mt_srand(1);
$keys = [];
foreach (range(0, 9999) as $i) {
    $keys[] = match ($i % 3) {
        0 => "user:$i",
        1 => 'k' . mt_rand() . '/' . str_repeat('x', mt_rand(0, 200)),
        2 => dechex(mt_rand()),
    };
}
foreach (['even' => [1, 1], 'uneven' => [1, 3]] as $name => $weights) {
    $theirs = servers_of_php_memcached(array_combine(servers_of('STRATA_TEST_MEMCACHED'), $weights), $keys);
    $cache = new Strata\Cache($name);
    $same = 0;
    foreach ($keys as $i => $key) {
        $same += $cache->fetch($key)->node === $theirs[$i];
    }
    $shares = array_count_values($theirs);
    echo "$name: $same of ", count($keys), ', the servers share them: ', min($shares) > 1000 ? 'yes' : 'no', "\n";
}
?>
--EXPECT--
even: 10000 of 10000, the servers share them: yes
uneven: 10000 of 10000, the servers share them: yes
