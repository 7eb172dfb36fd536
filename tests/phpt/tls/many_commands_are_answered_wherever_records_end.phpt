--TEST--
TLS: all of a hundred commands are answered, wherever in them the records end
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
    echo "$kind: ", php_with_server($dsn, ['strata.on_error' => 'throw', 'strata.compress_from' => '0', 'strata.max_value' => '64M'], '
        $cache = new Strata\Cache();
        foreach ([40, 64, 70, 160, 1000, 2000, 2500, 3000, 5000, 16000, 16384, 40000] as $size) {
            $pairs = [];
            foreach (range(1, 100) as $i) {
                $pairs["key $i"] = random_bytes($size);
            }
            expect_same(true, $cache->setMultiple($pairs), "set of $size");
            expect_same($pairs, $cache->getMultiple(array_keys($pairs)), "get of $size");
        }
        expect_same(true, $cache->deleteMultiple(array_map(fn ($i) => str_repeat("k", 200) . $i, range(1, 500))), "delete");
        echo "all\n";
    ');
}
?>
--EXPECT--
memcached: all
redis: all
cluster: all
