--TEST--
strata_check(): a server that is down, silent, of another kind, or behind TLS is named with cause and way out, in bounded time
--SKIPIF--
<?php
require __DIR__ . '/../../support/check.inc';
require __DIR__ . '/../../support/tls.inc';
skip_without_own_server();
skip_without_tls();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/check.inc';
require __DIR__ . '/../../support/tls.inc';

$redis = new OwnServer('redis', arguments: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lfu']);
$memcached = new OwnServer('memcached', arguments: ['-I', '16m']);
$secure = new OwnServer('rediss', arguments: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lfu']);
/* Takes connections, and says nothing. */
$silent = stream_socket_server('tcp://127.0.0.1:0');
$there = stream_socket_get_name($silent, false);
/* Nothing is there. */
$closed = stream_socket_server('tcp://127.0.0.1:0');
$gone = stream_socket_get_name($closed, false);
fclose($closed);
$names = [$redis->name() => 'REDIS', $memcached->name() => 'MEMCACHED', $secure->name() => 'SECURE', $there => 'SILENT', $gone => 'GONE'];
$ca = ['strata.tls_ca' => tls_file('authority.pem'), 'strata.tls_name' => 'localhost'];

echo "-- one of three is down, and the others are looked at\n";
$checked = checked(['strata.databases' => 'other', 'strata.redis' => $redis->dsn(), 'strata.memcached' => "memcached://{$memcached->name()},$gone",
    'strata.other.redis' => "redis://$gone"]);
print_findings($checked, $names);
foreach ($checked['databases'] as $database => $nodes) {
    foreach ($nodes as $name => $node) {
        echo "$database ", strtr($name, $names), ': ', $node['reached'] ? 'reached' : $node['reason'], "\n";
    }
}
echo "-- silent\n";
$patience = ['strata.connect_timeout' => '200ms', 'strata.operation_timeout' => '200ms'];
$began = microtime(true);
print_findings(checked($patience + ['strata.redis' => "redis://$there"]), $names);
print_findings(checked($patience + ['strata.memcached' => "memcached://$there"]), $names);
echo microtime(true) - $began < 20 ? "bounded\n" : "too long\n";
echo "-- of another kind\n";
print_findings(checked(['strata.redis' => "redis://{$memcached->name()}"]), $names);
print_findings(checked(['strata.memcached' => "memcached://{$redis->name()}"]), $names);
print_findings(checked(['strata.redis' => "redis-cluster://{$redis->name()}"]), $names);
print_findings(checked($patience + ['strata.redis' => "redis-sentinel://{$redis->name()}/mymaster"]), $names);
echo "-- TLS\n";
print_findings(checked($ca + ['strata.redis' => $secure->dsn()]), $names);
print_findings(checked($patience + $ca + ['strata.redis' => "rediss://{$memcached->name()}"]), $names);
print_findings(checked($patience + ['strata.redis' => "redis://{$secure->name()}"]), $names);
print_findings(checked(['strata.tls_name' => 'elsewhere.example'] + $ca + ['strata.redis' => $secure->dsn()]), $names);
echo "-- no servers, and no such database\n";
print_findings(checked([]));
echo php([], 'try { strata_check("nowhere"); } catch (Strata\ConfigurationException $e) { echo $e->getMessage(), "\n"; }');
?>
--EXPECT--
-- one of three is down, and the others are looked at
error default GONE: memcached GONE: connecting: Connection refused: start the server, or mend the port or the firewall
error other GONE: memcached GONE: connecting: Connection refused: start the server, or mend the port or the firewall
error other GONE: redis GONE: connecting: Connection refused: start the server, or mend the port or the firewall
default MEMCACHED: reached
default GONE: refused
default REDIS: reached
other MEMCACHED: reached
other GONE: refused
-- silent
error default SILENT: redis SILENT: greeting: timed out: look for a firewall that drops packets; raise strata.connect_timeout and strata.operation_timeout where the network is slow
error default SILENT: memcached SILENT: greeting: timed out: look for a firewall that drops packets; raise strata.connect_timeout and strata.operation_timeout where the network is slow
bounded
-- of another kind
error default MEMCACHED: redis MEMCACHED: greeting: the server does not speak the protocol of redis: is the scheme right?: use the scheme that fits the server, and memcached 1.6.18 or newer
error default REDIS: memcached REDIS: greeting: this is not memcached: asked for its version, it says: -ERR unknown command 'version', with args beginning with:  (is it Redis? Then use redis://): use the scheme that fits the server, and memcached 1.6.18 or newer
error default: no node tells which slots it owns: redis REDIS: is not a cluster: use redis://
error default REDIS: it is no sentinel: use redis:// or redis-cluster://
error default: the sentinels give no master: sentinel REDIS: is no sentinel: use redis:// or redis-cluster://
-- TLS
nothing
error default MEMCACHED: redis MEMCACHED: TLS handshake: the server does not speak TLS on this port: use redis:// or memcached://: use the scheme without an s, or turn TLS on at the server
error default SECURE: redis SECURE: greeting: Connection reset by peer (does this port want TLS?): use the scheme with an s where the server wants TLS
error default SECURE: redis SECURE: TLS handshake: the certificate does not prove that it is elsewhere.example: hostname mismatch: mend strata.tls_ca, strata.tls_name or the certificate; the scheme has an s where the server wants TLS, and none where it does not
-- no servers, and no such database
nothing
there is no database "nowhere": strata.databases must name it
