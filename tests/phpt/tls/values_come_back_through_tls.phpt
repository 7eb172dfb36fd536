--TEST--
TLS: values, hundreds of keys and megabytes come back from memcached, Redis and a cluster, over one connection to each node
--SKIPIF--
<?php
require __DIR__ . '/../../support/tls.inc';
skip_without_tls();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/tls.inc';

foreach (tls_servers() as $kind => $dsn) {
    echo "$kind: ", php_with_server($dsn, ['strata.on_error' => 'throw', 'strata.compress_from' => '0'], '
        $cache = new Strata\Cache();
        $every_byte = implode("", array_map("chr", range(0, 255)));
        $values = ["null" => null, "int" => -42, "double" => 0.1 + 0.2, "empty" => "", "bytes" => $every_byte,
            "array" => ["a" => [1, [2.5, null]], 7 => $every_byte], "object" => new ArrayObject([1])];
        foreach ([16383, 16384, 16385, 65536, 1000000] as $size) {
            $values["$size bytes"] = random_bytes($size);
        }
        foreach ($values as $name => $value) {
            expect_same(true, $cache->set($name, $value), "set() of $name");
            expect_same($value, $cache->fetch($name)->value, $name);
        }
        $pairs = [];
        foreach (range(1, 100) as $i) {
            $pairs["key $i"] = [$i, str_repeat(chr($i), $i * 300)];
        }
        expect_same(true, $cache->setMultiple($pairs), "setMultiple()");
        expect_same($pairs, $cache->getMultiple(array_keys($pairs)), "getMultiple()");
        foreach ([1, 2, 3] as $i) {
            expect_same($i, $cache->increment("count"), "increment()");
        }
        expect_same(true, $cache->delete("int"), "delete()");
        expect_same(false, $cache->has("int"), "has()");
        foreach (strata_status()["nodes"] as $node) {
            echo $node["connects"], " connection, ", $node["desyncs"], " desyncs; ";
        }
        echo "\n";
    ');
}
?>
--EXPECT--
memcached: 1 connection, 0 desyncs; 
redis: 1 connection, 0 desyncs; 
cluster: 1 connection, 0 desyncs; 1 connection, 0 desyncs; 1 connection, 0 desyncs; 
