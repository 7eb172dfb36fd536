--TEST--
TLS: where one side speaks it and the other does not, an error says so and nobody hangs
--SKIPIF--
<?php
require __DIR__ . '/../../support/tls.inc';
skip_without_tls();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/tls.inc';

/* What a server in the clear makes of a handshake depends on its random bytes: it may wait for more. */
$answer = fn (string $dsn) => preg_replace('/.*(TLS handshake|greeting): ([^"]*)/s', '$1: $2', php_with_server($dsn,
    ['strata.operation_timeout' => '300ms', 'strata.on_error' => 'throw'], 'echo thrown(fn () => strata_get("key"));')) . "\n";
$servers = tls_servers();
$password = getenv('STRATA_TEST_REDIS_PASSWORD');

echo $answer(str_replace('memcacheds:', 'memcached:', $servers['memcached']));
echo $answer(str_replace('rediss:', 'redis:', $servers['redis']));
echo $answer(str_replace('rediss-', 'redis-', $servers['cluster']));
echo $answer('memcacheds://' . servers_of('STRATA_TEST_MEMCACHED')[0]);
echo $answer('rediss://:' . $password . '@' . getenv('STRATA_TEST_REDIS'));
echo $answer('rediss-cluster://' . servers_of('STRATA_TEST_CLUSTER')[0]);
?>
--EXPECTREGEX--
greeting: .* \(does this port want TLS\?\)
greeting: .* \(does this port want TLS\?\)
greeting: .* \(does this port want TLS\?\)
TLS handshake: (timed out \(does this port speak TLS\?\)|the server does not speak TLS on this port: use redis:\/\/ or memcached:\/\/|the server closed the connection)
TLS handshake: (timed out \(does this port speak TLS\?\)|the server does not speak TLS on this port: use redis:\/\/ or memcached:\/\/|the server closed the connection)
TLS handshake: (timed out \(does this port speak TLS\?\)|the server does not speak TLS on this port: use redis:\/\/ or memcached:\/\/|the server closed the connection)
