--TEST--
names: a name server that never answers costs no request more than its budget, and the host few of them, for Redis and for memcached
--SKIPIF--
<?php
require __DIR__ . '/../../support/names.inc';
skip_without_child();
skip_without_names();
?>
--FILE--
<?php
require __DIR__ . '/../../support/names.inc';
foreach (['redis', 'memcached'] as $kind) {
    echo "$kind\n";
    in_network_with_names(__DIR__ . '/silent.inc', $kind);
}
?>
--EXPECT--
redis
many requests
all fail
none waits beyond its budget
few wait at all
it was asked
memcached
many requests
all fail
none waits beyond its budget
few wait at all
it was asked
