--TEST--
strata_node(): what one process wants of a server all processes of the host do, until it is over or taken back
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_memcached();
skip_without_fork();
?>
--INI--
strata.memcached="${STRATA_TEST_ONE_MEMCACHED_DSN}"
strata.namespace=operator-${STRATA_TEST_RUN}
strata.local_ttl=0
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
[$node] = servers_of('STRATA_TEST_MEMCACHED');
var_dump(strata_node($node, 'disable'));
$cache->set('key', 'value');
$state = fn () => array_intersect_key(strata_status()['nodes'][$node], ['state' => 1, 'cause' => 1]);
$both = fn () => told($cache->fetch('key')) . ' / ' . in_child(fn () => told((new Strata\Cache())->fetch('key'))) . "\n";
$act = fn (string $action, int $ttl = 0) => in_child(fn () => strata_node($node, $action, $ttl));

echo implode(' ', $state()), "\n", $both();
var_dump($act('disable'));
echo implode(' ', $state()), "\n", $both();
var_dump($act('auto'));
echo $both();
var_dump($act('disable', 3));
echo $both();
sleep(3);
usleep(100000);
echo $both(), implode(' ', $state()), "\n";

/* Draining: the connection there is goes on, and a process without one gets none. */
var_dump(strata_node($node, 'drain'));
echo $both();
var_dump(strata_node($node, 'enable'));
echo $both(), implode(' ', $state()), "\n";

foreach ([['nowhere:1', 'disable', 0], [$node, 'remove', 0], [$node, 'disable', -1], [$node, 'disable', 31 * 86400]] as $wrong) {
    echo thrown(fn () => strata_node(...$wrong)), "\n";
}
?>
--EXPECT--
bool(false)
closed healthy
hit memcached: 'value' / hit memcached: 'value'
bool(true)
forced_open operator
error memcached (breaker_open) / error memcached (breaker_open)
bool(true)
hit memcached: 'value' / hit memcached: 'value'
bool(true)
error memcached (breaker_open) / error memcached (breaker_open)
hit memcached: 'value' / hit memcached: 'value'
closed healthy
bool(true)
hit memcached: 'value' / error memcached (breaker_open)
bool(true)
hit memcached: 'value' / hit memcached: 'value'
forced_closed operator
returned false
ValueError: strata_node(): Argument #2 ($action) must be "disable", "enable", "drain" or "auto"
ValueError: strata_node(): Argument #3 ($ttl) must be 0, or a number of seconds up to 30 days
ValueError: strata_node(): Argument #3 ($ttl) must be 0, or a number of seconds up to 30 days
