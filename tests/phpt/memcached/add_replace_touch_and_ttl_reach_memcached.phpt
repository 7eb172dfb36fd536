--TEST--
memcached: add(), replace() and touch() are decided there, and ends of life are kept there
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-modes-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

/** Seconds that the server gives the key. */
function server_ttl(Strata\Cache $cache, string $key): int
{
    $answer = memcached($cache->fetch($key)->node, 'mg ' . base64_encode(remote_key($key)) . " b t\r\n");
    preg_match('/ t(-?\d+)/', $answer, $found);
    return (int) $found[1];
}
$near = fn ($ttl, $wanted) => $ttl <= $wanted + 2 && $ttl > $wanted - 30;

$cache = new Strata\Cache();
var_dump($cache->replace('key', 1), $cache->touch('key', 60), $cache->has('key'));
var_dump($cache->add('key', [2], 100), $cache->add('key', 3), $cache->get('key') === [2]);
var_dump($near(server_ttl($cache, 'key'), 100), $near($cache->fetch('key')->ttl, 100));
var_dump($cache->touch('key', 1000), $near(server_ttl($cache, 'key'), 1000), $near($cache->fetch('key')->ttl, 1000), $cache->get('key') === [2]);
var_dump($cache->touch('key'), server_ttl($cache, 'key'), $cache->fetch('key')->ttl);
var_dump($cache->replace('key', 4, 2000), $cache->get('key'), $near(server_ttl($cache, 'key'), 2000));
var_dump($cache->touch('key', 3000), $cache->get('key'), $near(server_ttl($cache, 'key'), 3000));

$months = 90 * 24 * 3600;
$cache->set('for months', 'value', $months);
/* That is a moment, to which memcached counts by a clock of its own, from when it started: theirs may part by minutes. */
var_dump(abs(server_ttl($cache, 'for months') - $months) < 3600, $near($cache->fetch('for months')->ttl, $months));
$cache->set('short', 'value', 1);
$cache->set('short int', 1, 1);
$cache->set('touched', 'value', 1);
$cache->touch('touched', 60);
usleep(1100000);
var_dump($cache->has('short'), $cache->get('touched'), $cache->set('key', 5, 0), $cache->has('key'));
?>
--EXPECT--
bool(false)
bool(false)
bool(false)
bool(true)
bool(false)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
int(-1)
NULL
bool(true)
int(4)
bool(true)
bool(true)
int(4)
bool(true)
bool(true)
bool(true)
bool(false)
string(5) "value"
bool(true)
bool(false)
