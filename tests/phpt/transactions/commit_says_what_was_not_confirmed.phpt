--TEST--
transactions: commit() is false, or throws, where a server is away; the rest is sent, and the transaction is over
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';

$code = '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    $cache->setMultiple(["set" => "old", "deleted" => "old", "kept" => "old"]);
    $cache->begin();
    $cache->set("set", "new");
    $cache->delete("deleted");
    exec("kill -9 %d");
    keep_asking();
    echo thrown(fn () => $cache->commit()), "\n";
    echo thrown(fn () => $cache->commit()), "\n";
    echo thrown(fn () => $cache->get("deleted")), "\n";
    $cache->begin();
    $cache->set("set", "waits");
    echo thrown(fn () => $cache->get("set")), "\n";
    /* A value whose tags have no numbers is none, and what was there before is not there either. */
    echo thrown(fn () => $cache->set("set", "tagged", tags: ["of a number that cannot be read"])), ", ", thrown(fn () => $cache->has("set")), "\n";
    $cache->rollback();
    /* Too large for the tier: what else was set is stored. */
    $alone = new Strata\Cache("alone");
    $alone->begin();
    $alone->set("large", str_repeat("x", 1 << 20));
    $alone->set("small", "new");
    echo thrown(fn () => @$alone->commit()), "\n";
    echo thrown(fn () => $alone->get("small")), "\n";
';
foreach (['degrade', 'throw'] as $on_error) {
    $server = new OwnServer('redis');
    /* What the kernel says of it depends on the moment. */
    echo "$on_error\n", preg_replace('/SERVER: .*/', 'SERVER', str_replace($server->name(), 'SERVER', php([
        'strata.redis' => $server->dsn(),
        'strata.databases' => 'alone',
        'strata.alone.redis' => '',
        'strata.memory' => '2M',
        'strata.on_error' => $on_error,
        'strata.request_budget' => '0',
        'strata.operation_timeout' => '5s',
        'strata.connect_timeout' => '5s',
    ], sprintf($code, $server->pid()))));
}
?>
--EXPECT--
degrade
returned false
Strata\TransactionException: no transaction is open on database default: commit() comes after begin()
returned NULL
returned 'waits'
returned false, returned false
returned false
returned 'new'
throw
Strata\ConnectionException: database default: redis SERVER
Strata\TransactionException: no transaction is open on database default: commit() comes after begin()
Strata\ConnectionException: database default: redis SERVER
returned 'waits'
Strata\ConnectionException: database default: redis SERVER
Strata\CapacityException: key "large": a value of 1048624 bytes in the local tier, and strata.memory allows 262208: an eighth of it, 16 MiB at most
returned 'new'
