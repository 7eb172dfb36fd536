--TEST--
memcached: a value that the server refuses as too large, or that is over strata.max_value, leaves no old one behind
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.compress_from=0
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-large-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
strata.max_value=3M
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
set_error_handler(function (int $level, string $message) {
    echo preg_replace('/memcached \S+/', 'memcached SERVER', $message), "\n";
    return true;
});
foreach ([2 << 20, 4 << 20] as $size) {
    $large = str_repeat('x', $size);
    $cache->set('key', 'old');
    var_dump($cache->set('key', $large));
    echo told($cache->fetch('key')), "\n";
    $cache->setMultiple(['before' => 1, 'key' => 'old', 'after' => 2]);
    var_dump($cache->setMultiple(['before' => 3, 'key' => $large, 'after' => 4]), $cache->has('key'));
}
var_dump($cache->set('key', 'small again'), $cache->get('key'));
?>
--EXPECTF--
Strata\Cache::set(): database default: memcached SERVER set: the value takes %d bytes, and the server stores at most 1048576 (its option -I)
bool(false)
miss memcached
bool(false)
bool(false)
bool(false)
miss memcached
bool(false)
bool(false)
bool(true)
string(11) "small again"
