--TEST--
memcached: with any one bit flipped, but for the lease's, a value is a miss, counted, and never returned
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=flipped-${STRATA_TEST_RUN}
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
$cache->set('key', 'sixteen bytes...', 1000);
$node = $cache->fetch('key')->node;
$name = remote_key('key');
$sealed = memcached_read($node, $name);
var_dump(looks_sealed($sealed), strlen($sealed));
$told = [];
for ($i = 0; $i < strlen($sealed); $i++) {
    $flipped = $sealed;
    $flipped[$i] = $flipped[$i] ^ chr(1 << $i % 8);
    memcached_write($node, $name, $flipped);
    $found = $cache->fetch('key');
    $line = told($found) . ($found->value === null ? '' : ' with a value');
    $told[$line] = ($told[$line] ?? 0) + 1;
}
print_r($told);
foreach ([substr($sealed, 0, -1), $sealed . "\0", substr($sealed, 0, ENVELOPE_SIZE), substr($sealed, 0, ENVELOPE_SIZE - 1)] as $cut) {
    memcached_write($node, $name, $cut);
    echo told($cache->fetch('key')), "\n";
}
memcached_write($node, $name, $sealed);
echo told($cache->fetch('key')), "\n";
?>
--EXPECT--
bool(true)
int(112)
Array
(
    [miss memcached (foreign)] => 8
    [hit memcached: 'sixteen bytes...' with a value] => 16
    [miss memcached (corrupt)] => 86
    [miss memcached (other_key)] => 2
)
miss memcached (corrupt)
miss memcached (corrupt)
miss memcached (corrupt)
miss memcached (foreign)
hit memcached: 'sixteen bytes...'
