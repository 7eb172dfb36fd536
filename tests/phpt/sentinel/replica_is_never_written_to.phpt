--TEST--
Sentinel: an address that turns out to be a replica's gets no command, whatever the sentinels say, and neither does the one of a sentinel
--SKIPIF--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/fake_nodes.inc';
skip_without_sentinels();
skip_without_fake_nodes();
?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/fake_nodes.inc';

/* They know every master whose name is a port, and that is where it is. */
$sentinels = FakeNodes::redis(3, function (int $node, array $words) {
    $replies = [
        'GET-MASTER-ADDR-BY-NAME' => "*2\r\n" . RedisWords::bulk('127.0.0.1') . RedisWords::bulk($words[2] ?? ''),
        'MASTER' => "*2\r\n" . RedisWords::bulk('config-epoch') . RedisWords::bulk('1'),
    ];
    return $words[0] === 'SENTINEL' ? $replies[$words[1]] : null;
});
$master = new OwnServer('redis');
/* It would take writes. */
$replica = new OwnServer('redis', arguments: ['--replicaof', '127.0.0.1', (string) $master->port, '--replica-read-only', 'no']);
$sentinel = new Sentinel($master->port);
foreach (['a replica' => $replica->port, 'a sentinel' => $sentinel->port, 'a master' => $master->port] as $what => $port) {
    $said = php_with_sentinels(sentinel_ini("redis-sentinel://{$sentinels->addresses()}/$port"), <<<'PHP'
        $cache = new Strata\Cache();
        echo json_encode([$cache->set('key', 1), $cache->has('key'), $cache->delete('key')]), ' ', told($cache->fetch('key')), "\n";
        echo thrown(fn () => $cache->increment('count', 1, 5)), "\n";
    PHP);
    $said = preg_replace('/(greeting: the server )?says that it is not the master(, and .* yet)?/', 'SAYS', $said);
    echo "$what: ", str_replace("127.0.0.1:$port", 'NODE', $said);
}
preg_match_all('/^cmdstat_(set|get|eval|incrby|unlink|exists)\b/m', (string) ask($replica->port, 'INFO', 'commandstats'), $found);
echo count($found[0]), " commands at the replica\n";
?>
--EXPECT--
a replica: [false,false,false] error redis (no_owner)
Strata\ConnectionException: database default: redis NODE: SAYS
a sentinel: [false,false,false] error redis (no_owner)
Strata\ConnectionException: database default: redis NODE: SAYS
a master: [true,true,true] miss redis
returned 6
0 commands at the replica
