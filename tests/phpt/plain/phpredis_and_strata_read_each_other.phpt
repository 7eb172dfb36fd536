--TEST--
plain: phpredis reads what strata wrote, and strata what phpredis did, every type, on one server and on a cluster
--SKIPIF--
<?php
require __DIR__ . '/../../support/plain.inc';
require __DIR__ . '/../../support/own_cluster.inc';
skip_without_own_server();
skip_without_child();
skip_without_peer('redis');
?>
--FILE--
<?php
require __DIR__ . '/../../support/plain.inc';
require __DIR__ . '/../../support/own_cluster.inc';

$get = 'foreach (array_keys($input) as $key) { $found[$key] = $redis->get($key); } return $found;';
$set = 'foreach ($input as $key => $value) { $redis->setEx($key, 1000, $value); }';
$get_all = 'return $cache->getMultiple(array_keys($input));';
$set_all = 'return $cache->setMultiple($input, 1000);';
$values = values_of_all_types();

function both_ways(string $where, string $dsn, int|array $ports, string $serializer, array $values): void
{
    global $get, $set, $get_all, $set_all;
    $ini = ['strata.redis' => $dsn, 'strata.foreign_prefix' => 'shop:', 'strata.format' => 'plain', 'strata.foreign_serializer' => $serializer];
    $peer = ['PREFIX' => 'shop:', 'SERIALIZER' => 'SERIALIZER_' . strtoupper($serializer)];
    var_dump(by_strata($ini, $set_all, $values));
    compare_values("$where, $serializer, by strata", $values, by_redis($ports, $peer, $get, $values));
    by_redis($ports, $peer, $set, $values);
    compare_values("$where, $serializer, by phpredis", $values, by_strata($ini, $get_all, $values));
    compare_values("$where, $serializer, read beside envelopes", $values, by_strata(['strata.format' => 'envelope', 'strata.foreign' => 'read'] + $ini, $get_all, $values));
}

$server = new OwnServer('redis');
both_ways('server', $server->dsn(), $server->port, 'php', $values);
both_ways('server', $server->dsn(), $server->port, 'igbinary', $values);
$cluster = new OwnCluster(3);
$ports = array_map(fn ($node) => $node->port, $cluster->nodes);
both_ways('cluster', $cluster->dsn(), $ports, 'php', $values);
both_ways('cluster', $cluster->dsn(), $ports, 'igbinary', $values);

/* Without a serializer there are strings, and what looks like an integer is one here. */
$ini = ['strata.redis' => $server->dsn(), 'strata.foreign_prefix' => 'shop:', 'strata.format' => 'plain'];
$texts = ['string' => 'hello', 'empty' => '', 'digits' => '0123', 'serialized' => 'a:0:{}', 'long' => $values['long'], 'int' => 42, 'float' => 0.1];
by_strata($ini, $set_all, $texts);
$as_text = ['int' => '42', 'float' => '0.1'] + $texts;
compare_values('text, by strata', $as_text, by_redis($server->port, ['PREFIX' => 'shop:'], $get, $texts));
by_redis($server->port, ['PREFIX' => 'shop:'], $set, $texts);
compare_values('text, by phpredis', ['float' => '0.1'] + $texts, by_strata($ini, $get_all, $texts));

/* On the host that wrote it, too. */
echo by_strata($ini, '$cache->set("a", "42"); $cache->set("b", 0.5); return serialize($cache->getMultiple(["a", "b"]));'), "\n";
echo by_strata($ini, '$told = "";
    foreach ([true, null, [1], new stdClass] as $value) {
        try { $cache->set("key", $value); } catch (Strata\SerializationException $thrown) { $told .= $thrown->getMessage() . "\n"; }
    }
    return $told;');

/* Values of other types, and what another serializer or compression left, are misses. */
redis($server->name(), 'RPUSH', 'shop:queue', 'job');
by_redis($server->port, ['PREFIX' => 'shop:', 'SERIALIZER' => 'SERIALIZER_PHP', 'COMPRESSION' => 'COMPRESSION_LZF'], '$redis->set("lzf", str_repeat("x", 5000));');
by_redis($server->port, ['PREFIX' => 'shop:', 'SERIALIZER' => 'SERIALIZER_IGBINARY'], '$redis->set("igbinary", [1]);');
redis($server->name(), 'SET', 'shop:damaged', 'a:1:{i:0;s:9:"short";}');
echo by_strata(['strata.foreign_serializer' => 'php', 'error_log' => '/dev/null'] + $ini, '$told = "";
    foreach (["queue", "lzf", "igbinary", "damaged"] as $key) { $told .= "$key " . ($cache->fetch($key)->reason?->name ?? "no reason") . "\n"; }
    return $told;');
?>
--EXPECT--
bool(true)
server, php, by strata: 19 as they were
server, php, by phpredis: 19 as they were
server, php, read beside envelopes: 19 as they were
bool(true)
server, igbinary, by strata: 19 as they were
server, igbinary, by phpredis: 19 as they were
server, igbinary, read beside envelopes: 19 as they were
bool(true)
cluster, php, by strata: 19 as they were
cluster, php, by phpredis: 19 as they were
cluster, php, read beside envelopes: 19 as they were
bool(true)
cluster, igbinary, by strata: 19 as they were
cluster, igbinary, by phpredis: 19 as they were
cluster, igbinary, read beside envelopes: 19 as they were
text, by strata: 7 as they were
text, by phpredis: 7 as they were
a:2:{s:1:"a";i:42;s:1:"b";s:3:"0.5";}
key "key": a value of type bool (strata.foreign_serializer is text) cannot be stored
key "key": a value of type null (strata.foreign_serializer is text) cannot be stored
key "key": a value of type array (strata.foreign_serializer is text) cannot be stored
key "key": a value of type stdClass (strata.foreign_serializer is text) cannot be stored
queue Foreign
lzf Foreign
igbinary Foreign
damaged Corrupt
