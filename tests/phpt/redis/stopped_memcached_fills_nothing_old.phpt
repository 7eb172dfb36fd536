--TEST--
Redis: a fill that a stopped memcached executes when it goes on brings nothing back to hosts that hear of the removal
--SKIPIF--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fault_proxy();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fault_proxy.inc';
require __DIR__ . '/../../support/hosts.inc';

$memcached = new OwnServer('memcached');
$redis = new OwnServer('redis');
$proxy = new FaultProxy($redis);
$ini = ['strata.memcached' => $memcached->dsn(), 'strata.redis' => $redis->dsn(), 'strata.operation_timeout' => '600ms'];
$slow = new Host(['strata.redis' => $proxy->dsn(), 'strata.operation_timeout' => '2s'] + $ini);
$fast = new Host($ini);
$deep = new Host(['strata.memcached' => ''] + $ini);
$names = ['stopped', 'removed', 'kept'];

foreach ($names as $name) {
    $deep->ask("\$cache->set('$name', 'old', 600)");
}
$slow->ask('$cache->get("nothing")');
$fast->ask('$cache->get("nothing")');
/* It has won the three, and memcached stops while Redis answers: all of its fills stay in a buffer. */
$proxy->arm('hold', 0, "GET\r\n");
$slow->begin('$cache->getMultiple(["stopped", "removed", "kept"])');
$proxy->await('struck', 1);
echo 'before it stops: '; var_dump($fast->ask('$cache->delete("removed")'));
$memcached->signal(STOPPED);
$proxy->release();
echo 'while it is stopped: '; var_dump($fast->ask('$cache->delete("stopped")'));
echo 'the slow one has: ', implode(' ', $slow->end()), "\n";
$memcached->signal(CONTINUED);

/* Until each host asks it again. */
foreach ([$fast, $slow] as $host) {
    for ($end = microtime(true) + 20; microtime(true) < $end; usleep(20_000)) {
        if (($host->ask('strata_status()')['nodes'][$memcached->name()]['state'] ?? '') === 'closed') {
            break;
        }
        $host->ask('$cache->get("nothing")');
    }
    echo json_encode(array_map(fn ($name) => $host->ask("\$cache->get('$name')"), array_combine($names, $names))), "\n";
}
?>
--EXPECT--
before it stops: bool(true)
while it is stopped: bool(false)
the slow one has: old old old
{"stopped":null,"removed":null,"kept":"old"}
{"stopped":null,"removed":null,"kept":"old"}
