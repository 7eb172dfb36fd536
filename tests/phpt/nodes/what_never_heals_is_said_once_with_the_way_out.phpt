--TEST--
Nodes: what no waiting heals is one warning in each process that names node, cause and way out, and the last error of the node
--SKIPIF--
<?php
require __DIR__ . '/../../support/tls.inc';
skip_without_tls();
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/tls.inc';
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/hosts.inc';

/* The second request and the ones behind it say nothing more. Where a server says nothing, they are to ask it anew. */
$show = function (string $what, string $dsn, int $pauses = 0) {
    $option = str_starts_with($dsn, 'memcache') ? 'strata.memcached' : 'strata.redis';
    $host = new Host([$option => $dsn, 'strata.tls_ca' => tls_file('authority.pem'),
        'strata.operation_timeout' => $pauses > 0 ? '300ms' : '5s', 'strata.connect_timeout' => '5s']);
    for ($i = 0; $i < 2 + $pauses; $i++) {
        $host->ask('[$cache->fetch("a"), $cache->set("a", 1), $cache->delete("a")] ? null : null');
        usleep($pauses > 0 ? 600000 : 0);
    }
    $errors = array_column($host->ask('strata_status()["nodes"]'), 'last_error');
    $events = array_unique(preg_grep('/^misconfigured/', array_column($host->ask('strata_status()["anomalies"]'), 'event')));
    $warnings = $host->warnings();
    echo "$what\n  ", preg_replace('/127\.0\.0\.1:\d+/', 'NODE', implode("\n  ", $warnings)), "\n  ", count($warnings), ' warning, ',
        count(array_filter($errors)), " last error, ", implode(', ', $events), "\n";
};
$denied = FakeNodes::redis(1, fn () => "-DENIED Redis is running in protected mode because no password is set\r\n");
$redis = new OwnServer('redis');
$memcached = new OwnServer('memcached');
$replica = new OwnServer('redis', arguments: ['--replicaof', '127.0.0.1', '1']);
$user = new OwnServer('redis', arguments: ['--user', 'app', 'on', '>pw', '~*', '+@all', '-unlink']);
$show('protected mode', "redis://{$denied->address(0)}");
$show('a database number', $redis->dsn() . '/99');
$show('a replica', $replica->dsn());
$show('a command', "redis://app:pw@{$user->name()}");
$show('a name', 'redis://no-such-host.invalid:6379');
$show('no sentinel', "redis-sentinel://{$redis->name()}/mymaster");
$show('no cluster', "redis-cluster://{$redis->name()}");
$show('memcached', "redis://{$memcached->name()}");
$show('Redis', "memcached://{$redis->name()}");
$show('no socket', 'redis:///nowhere/redis.sock');
$show('TLS for redis://', 'redis://' . getenv('STRATA_TEST_TLS_REDIS'), 4);
$show('TLS for memcached://', 'memcached://' . getenv('STRATA_TEST_TLS_MEMCACHED'));
$show('no TLS for rediss://', "rediss://{$redis->name()}", 4);
$show('no TLS for memcacheds://', "memcacheds://{$memcached->name()}");
?>
--EXPECTF--
protected mode
  database default: redis NODE: greeting: the server is in protected mode and wants no client of this host: give it a password, or set its bind and protected-mode
  1 warning, 1 last error, misconfigured: server
a database number
  database default: redis NODE: greeting: SELECT 99: ERR DB index is out of range (see its directive "databases")
  1 warning, 1 last error, misconfigured: unsupported
a replica
  database default: redis NODE: READONLY You can't write against a read only replica.%S (it is a replica: the DSN wants its master, or redis-sentinel://)%S
%A  %d warning, 1 last error, misconfigured: %s
a command
  database default: redis NODE: NOPERM %s 'unlink' command%S
  1 warning, 1 last error, misconfigured: unsupported
a name
  database default: redis no-such-host.invalid:6379: resolving the name: %s (neither DNS nor /etc/hosts knows it: mend the DSN)
  1 warning, 1 last error, misconfigured: connection
no sentinel
  database default: sentinel NODE: is no sentinel: use redis:// or redis-cluster://
  1 warning, 1 last error, misconfigured: unsupported
no cluster
  database default: redis NODE: is not a cluster: use redis://
  1 warning, 1 last error, misconfigured: unsupported
memcached
  database default: redis NODE: greeting: the server does not speak the protocol of redis: is the scheme right?
  1 warning, 1 last error, misconfigured: unsupported
Redis
  database default: memcached NODE: greeting: this is not memcached: asked for its version, it says: %s (is it Redis? Then use redis://)
  1 warning, 1 last error, misconfigured: unsupported
no socket
  database default: redis /nowhere/redis.sock: connecting: No such file or directory (the DSN wants a socket there that this user may write to)
  1 warning, 1 last error, misconfigured: connection
TLS for redis://
  database default: redis NODE: %s(this port speaks TLS: use rediss:// or memcacheds://)%S
  1 warning, 1 last error, misconfigured: tls
TLS for memcached://
  database default: memcached NODE: greeting: %s TLS%S
  1 warning, 1 last error, misconfigured: %s
no TLS for rediss://
  database default: redis NODE: %s(this port speaks no TLS: use redis:// or memcached://)%S
  1 warning, 1 last error, misconfigured: tls
no TLS for memcacheds://
  database default: memcached NODE: TLS handshake: the server does not speak TLS on this port: use redis:// or memcached://
  1 warning, 1 last error, misconfigured: tls
