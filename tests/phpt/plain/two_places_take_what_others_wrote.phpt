--TEST--
plain: with two places what others wrote is read at the first, and strata's writes and removals reach both
--SKIPIF--
<?php
require __DIR__ . '/../../support/plain.inc';
skip_without_own_server();
skip_without_child();
skip_without_peer('memcached');
?>
--FILE--
<?php
require __DIR__ . '/../../support/plain.inc';

$servers = [new OwnServer('memcached'), new OwnServer('memcached'), new OwnServer('memcached')];
$ports = array_map(fn ($server) => $server->port, $servers);
$keys = array_map(fn ($number) => "key:$number", range(1, 20));
$by_php_memcached = fn (string $code) => peer('memcached', '[$ports, $keys] = $input; $memcached = new Memcached();
    $memcached->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
    $memcached->setOption(Memcached::OPT_PREFIX_KEY, "shop:");
    foreach ($ports as $port) { $memcached->addServer("127.0.0.1", $port); }' . $code, [$ports, $keys]);
$ini = ['strata.memcached' => 'memcached://' . implode(',', array_map(fn ($server) => $server->name(), $servers)),
    'strata.foreign' => 'read', 'strata.foreign_prefix' => 'shop:', 'strata.replicas' => '2', 'strata.memory' => '0'];
$count = fn () => array_sum(array_map(fn ($server) => memcached_stat($server->name(), 'curr_items'), $servers));

$by_php_memcached('foreach ($keys as $key) { $memcached->set($key, "old", 1000); }');
echo json_encode(by_strata($ini, 'return array_count_values($cache->getMultiple($input));', $keys)), ' ', $count(), "\n";
by_strata($ini, 'foreach ($input as $key) { $cache->set($key, "new", 1000); }', $keys);
echo json_encode(by_strata($ini, 'return array_count_values($cache->getMultiple($input));', $keys)), ' ', $count(), "\n";
var_dump(by_strata($ini, 'return $cache->deleteMultiple($input);', $keys));
echo $count(), "\n";

/* One place: what strata writes is where php-memcached looks. */
$plain = ['strata.replicas' => '1', 'strata.format' => 'plain'] + $ini;
by_strata($plain, 'foreach ($input as $key) { $cache->set($key, "plain", 1000); }', $keys);
echo json_encode($by_php_memcached('return array_count_values($memcached->getMulti($keys));')), "\n";
?>
--EXPECT--
{"old":20} 20
{"new":20} 40
bool(true)
0
{"plain":20}
