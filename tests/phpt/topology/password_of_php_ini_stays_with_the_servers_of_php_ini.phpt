--TEST--
topology: a password of php.ini is not sent to a server that only the file names, unless its DSN there brings one
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
require __DIR__ . '/../../support/topology.inc';

$ours = new OwnServer('redis', arguments: ['--requirepass', 'SECRET']);
$theirs = new OwnServer('redis', arguments: ['--requirepass', 'THEIRS']);
$file = topology_file('');
$output = php([
    'strata.redis' => $ours->dsn(),
    'strata.password' => 'SECRET',
    'strata.topology' => $file,
    'strata.local_ttl' => '0',
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    [$file, $port] = ' . var_export([$file, $theirs->port], true) . ';
    $cache = new Strata\Cache();
    var_dump($cache->set("key", "ours"));
    foreach (["redis://127.0.0.1:$port", "redis://:THEIRS@127.0.0.1:$port"] as $number => $dsn) {
        write_topology($file, "[default]\nredis = \"$dsn\"");
        await_version($number + 2);
        var_dump(@$cache->set("key", "theirs"));
    }
    $redis = stream_socket_client("tcp://127.0.0.1:$port");
    fwrite($redis, "AUTH THEIRS\r\nACL LOG\r\n");
    echo trim(fgets($redis)), ", refused logins ", trim(fgets($redis)), "\n";
    write_topology($file, "");
    await_version(4);
    var_dump($cache->get("key"));
');
echo str_replace($file, 'FILE', $output);
$file = topology_file("[default]\nredis = \"redis-sentinel://127.0.0.1:$theirs->port/main\"");
$output = php(['strata.redis' => '', 'strata.sentinel_password' => 'SECRET', 'strata.topology' => $file], '
    var_dump(@strata_set("key", 1));
');
echo str_replace($file, 'FILE', $output);
?>
--EXPECT--
bool(true)
PHP Warning:  strata.password: not sent to servers that only FILE names; accepted: in that file a password in the DSN, or password or password_file
bool(false)
bool(true)
+OK, refused logins *0
string(4) "ours"
PHP Warning:  strata.sentinel_password: not sent to servers that only FILE names; accepted: in that file sentinel_password
bool(false)
