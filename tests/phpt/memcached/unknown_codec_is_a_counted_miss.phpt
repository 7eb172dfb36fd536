--TEST--
memcached: a value of a codec that is not known here is a miss of reason unknown_codec
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=codec-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/envelope.inc';

$cache = new Strata\Cache();
$cache->set('key', ['value']);
$node = $cache->fetch('key')->node;
$name = remote_key('key');
$sealed = memcached_read($node, $name);
foreach ([200, 255, 0] as $codec) {
    memcached_write($node, $name, resealed(substr_replace($sealed, chr($codec), AT_CODEC, 1)));
    echo told($cache->fetch('key')), "\n";
}
memcached_write($node, $name, resealed($sealed));
echo json_encode($cache->get('key')), "\n";
memcached_write($node, $name, resealed(substr($sealed, 0, ENVELOPE_SIZE) . 'no serialized text'));
echo told($cache->fetch('key')), "\n";
print_r(strata_status()['databases']['default']['memcached']['reasons']);
?>
--EXPECTF--
miss memcached (unknown_codec)
miss memcached (unknown_codec)
miss memcached (unknown_codec)
["value"]
%Amiss memcached (corrupt)
Array
(
    [corrupt] => 1
    [unknown_codec] => 3
)
