--TEST--
memcached: bytes without an envelope are a foreign miss, but for an integer in plain decimal
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-foreign-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$cache->set('key', 'ours');
$node = $cache->fetch('key')->node;
$name = remote_key('key');
$foreign = ['plain text', '', ' ', '12a', ' 12', '12 ', '012', '+1', '-0', '--1', '1.5', '9223372036854775808',
    '-9223372036854775809', 'a:1:{i:0;i:1;}', "\xA7strata\x02", "\xA7ST\x01" . str_repeat("\0", 92), "\xA7strata\x01" . str_repeat("\0", 92),
    "\xA7strata\x03" . str_repeat("\0", 92), str_repeat("\0", 200)];
foreach ($foreign as $bytes) {
    memcached_write($node, $name, $bytes);
    $told = told($cache->fetch('key'));
    $told === 'miss memcached (foreign)' || print(json_encode($bytes, JSON_INVALID_UTF8_SUBSTITUTE) . ": $told\n");
}
var_dump($cache->get('key', 'default'), $cache->has('key'), $cache->getMultiple(['key'], 'default'));
var_dump(strata_status()['databases']['default']['memcached']['reasons']);
foreach (['0', '42', '-7', '9223372036854775807', '-9223372036854775808'] as $digits) {
    memcached_write($node, $name, $digits);
    var_dump($cache->get('key'));
}
memcached_write($node, $name, 'plain text');
var_dump($cache->remember('key', 60, fn () => 'computed'), $cache->get('key'));
?>
--EXPECT--
string(7) "default"
bool(false)
array(1) {
  ["key"]=>
  string(7) "default"
}
array(1) {
  ["foreign"]=>
  int(22)
}
int(0)
int(42)
int(-7)
int(9223372036854775807)
int(-9223372036854775808)
string(8) "computed"
string(8) "computed"
