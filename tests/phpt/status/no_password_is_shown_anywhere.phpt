--TEST--
strata_status(), phpinfo(), var_dump(), exceptions and warnings: no password and no fingerprint_key
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$ini = [
    'strata.databases' => 'cluster,separate,watched,broken',
    'strata.redis' => 'redis://app:SECRET1@127.0.0.1:1/2',
    'strata.cluster.redis' => 'redis-cluster://app:SECRET2@127.0.0.1:1,127.0.0.1:2',
    'strata.separate.redis' => 'redis://127.0.0.1:1',
    'strata.separate.password' => 'SECRET3',
    'strata.watched.redis' => 'redis-sentinel://app:SECRET6@127.0.0.1:1,127.0.0.1:2/mymaster',
    'strata.watched.sentinel_user' => 'watcher',
    'strata.watched.sentinel_password' => 'SECRET7',
    'strata.fingerprint_key' => 'SECRET4',
    'strata.broken.redis' => 'redis://app:SECRET5@127.0.0.1:port',
    'strata.on_error' => 'throw',
    'strata.local_ttl' => '0',
];
$output = php($ini, '
    foreach (["default", "cluster", "separate", "watched", "broken"] as $name) {
        $cache = new Strata\Cache($name);
        foreach ([fn () => $cache->get("k"), fn () => $cache->set("k", 1), fn () => $cache->increment("k"), fn () => $cache->clear(),
            fn () => $cache->remember("k", 1, fn () => throw new Exception("in the callback"))] as $act) {
            try {
                $act();
            } catch (Throwable $thrown) {
                echo $thrown, "\n";
                $types[get_class($thrown)] = true;
            }
        }
        var_dump($cache, (array) $cache);
    }
    var_dump(strata_status());
    phpinfo();
    echo "thrown: ", implode(" ", array_keys($types)), "\n";
');
preg_match_all('/.*SECRET.*/', $output, $shown);
echo implode("\n", $shown[0]), "\n", strstr($output, 'thrown:');
var_dump(strlen($output) > 5000, str_contains($output, '127.0.0.1:1'));
?>
--EXPECT--

thrown: Strata\ConnectionException
bool(true)
bool(true)
