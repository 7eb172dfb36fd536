--TEST--
strata.on_error=throw: a server that is down is a ConnectionException that names node and cause, a miss is none
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_AND_DEAD_DSN}"
strata.namespace=throw-${STRATA_TEST_RUN}
strata.local_ttl=0
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_rate=10000
strata.connect_timeout=5s
strata.on_error=throw
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
for ($i = 0; empty($live) || empty($dead); $i++) {
    try {
        $cache->get("key $i");
        keep_asking();
        $live = "key $i";
    } catch (Strata\ConnectionException $exception) {
        $dead = "key $i";
        keep_asking();
    }
}
foreach ([
    fn () => $cache->get($dead),
    fn () => $cache->fetch($dead),
    fn () => $cache->has($dead),
    fn () => $cache->set($dead, 1),
    fn () => $cache->add($dead, 1),
    fn () => $cache->delete($dead),
    fn () => $cache->touch($dead),
    fn () => $cache->getMultiple([$live, $dead]),
    fn () => $cache->setMultiple([$live => 1, $dead => 1]),
    fn () => $cache->deleteMultiple([$dead, $live]),
    fn () => $cache->remember($dead, 60, fn () => print("computed\n")),
    fn () => $cache->clear(),
] as $act) {
    $message = thrown($act);
    $message === 'Strata\ConnectionException: database default: memcached 127.0.0.1:1: connecting: Connection refused'
        || print("$message\n");
}
echo thrown(fn () => $cache->get($live)), "\n", thrown(fn () => $cache->set($live, 1)), "\n";
var_dump(strata_status()['host']['leases']);
?>
--EXPECT--
returned NULL
returned true
int(0)
