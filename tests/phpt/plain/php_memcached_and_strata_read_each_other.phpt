--TEST--
plain: php-memcached reads what strata wrote, and strata what php-memcached did, every type and serializer
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

$server = new OwnServer('memcached');
$values = values_of_all_types();
$ini = ['strata.memcached' => $server->dsn(), 'strata.foreign_prefix' => 'shop:', 'strata.format' => 'plain'];
$peer = ['PREFIX_KEY' => 'shop:'];
$get = 'return $memcached->getMulti(array_keys($input));';

foreach (['php', 'igbinary'] as $serializer) {
    by_strata($ini + ['strata.serializer' => $serializer], 'foreach ($input as $key => $value) { $cache->set($key, $value, 1000); }', $values);
    foreach (['SERIALIZER_PHP', 'SERIALIZER_IGBINARY'] as $other) {
        compare_values("strata wrote by $serializer, php-memcached has $other", $values,
            by_memcached($server, $peer + ['SERIALIZER' => $other], $get, $values));
    }
}

foreach (['SERIALIZER_PHP', 'SERIALIZER_IGBINARY'] as $serializer) {
    by_memcached($server, $peer + ['SERIALIZER' => $serializer], 'foreach ($input as $key => $value) { $memcached->set($key, $value, 1000); }', $values);
    foreach (['plain', 'envelope'] as $format) {
        $reading = ['strata.format' => $format, 'strata.foreign' => 'read'] + $ini;
        compare_values("php-memcached wrote by $serializer, strata's format is $format", $values,
            by_strata($reading, 'return $cache->getMultiple(array_keys($input));', $values));
    }
}

/* An envelope is none of php-memcached's values. */
by_strata(['strata.format' => 'envelope', 'strata.foreign' => 'read'] + $ini, '$cache->set("sealed", "secret"); $cache->set("number", 5);');
var_dump(by_memcached($server, $peer, 'return [$memcached->get("sealed"), $memcached->get("number")];'));

/* Json has no objects here, and no other types are lost. */
$lists = ['list' => [1, 'two', 3.5, null, true], 'map' => ['a' => ['b' => 1]]];
by_memcached($server, $peer + ['SERIALIZER' => 'SERIALIZER_JSON'], 'foreach ($input as $key => $value) { $memcached->set($key, $value); }', $lists);
compare_values('by json', $lists, by_strata($ini, 'return $cache->getMultiple(array_keys($input));', $lists));

/* What cannot be read here is a miss with a reason. */
by_memcached($server, $peer + ['SERIALIZER' => 'SERIALIZER_MSGPACK'], '$memcached->set("packed", [1]);');
by_memcached($server, $peer + ['COMPRESSION_TYPE' => 'COMPRESSION_ZLIB'], '$memcached->set("zlib", str_repeat("x", 5000));');
echo by_strata($ini, '$told = "";
    foreach (["packed", "zlib", "absent"] as $key) { $told .= "$key " . ($cache->fetch($key)->reason?->name ?? "no reason") . ", "; }
    return $told . strata_status()["databases"]["default"]["memcached"]["reasons"]["foreign"];'), "\n";
?>
--EXPECT--
strata wrote by php, php-memcached has SERIALIZER_PHP: 19 as they were
strata wrote by php, php-memcached has SERIALIZER_IGBINARY: 19 as they were
strata wrote by igbinary, php-memcached has SERIALIZER_PHP: 19 as they were
strata wrote by igbinary, php-memcached has SERIALIZER_IGBINARY: 19 as they were
php-memcached wrote by SERIALIZER_PHP, strata's format is plain: 19 as they were
php-memcached wrote by SERIALIZER_PHP, strata's format is envelope: 19 as they were
php-memcached wrote by SERIALIZER_IGBINARY, strata's format is plain: 19 as they were
php-memcached wrote by SERIALIZER_IGBINARY, strata's format is envelope: 19 as they were
array(2) {
  [0]=>
  bool(false)
  [1]=>
  int(5)
}
by json: 2 as they were
packed Foreign, zlib Foreign, absent no reason, 2
