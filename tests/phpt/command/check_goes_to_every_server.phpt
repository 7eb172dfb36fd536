--TEST--
strata check: ten mistakes with servers and files, each found before deployment by one line that names cause and way out
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_command();
skip_without_own_server();
if (!function_exists('strata_check')) {
    echo 'skip this extension has no strata_check()';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';

$bounded = ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'];
$redis = new OwnServer('redis', arguments: $bounded);
$locked = new OwnServer('redis', arguments: [...$bounded, '--requirepass', 'ri9ht']);
$strict = new OwnServer('redis', arguments: [...$bounded, '--user', 'site', 'on', '>ri9ht', '~*', '+@all', '-unlink', '-scan']);
$replica = new OwnServer('redis', arguments: [...$bounded, '--replicaof', "127.0.0.1 $redis->port"]);
$free = stream_socket_server('tcp://127.0.0.1:0');
$nowhere = stream_socket_get_name($free, false);
fclose($free);
$place = place_for_scripts();
$databases = [
    'good' => "\"{$redis->dsn()}\"", 'number' => "\"{$redis->dsn()}/99\"", 'name' => '"redis://nowhere.invalid"', 'cut' => 'redis://:pass;word@10.0.0.1',
    'secret' => '"redis://:wr0ng@' . $locked->name() . '"', 'login' => "\"{$locked->dsn()}\"", 'acl' => '"redis://site:ri9ht@' . $strict->name() . '"',
    'replica' => "\"{$replica->dsn()}\"", 'tls' => '"rediss://' . $redis->name() . '"', 'refused' => "\"redis://$nowhere\"", 'unread' => "\"{$redis->dsn()}\"",
];
$lines = ['extension = ' . strata_so(), 'strata.databases = ' . implode(',', array_keys($databases)), 'strata.connect_timeout = 1s', 'strata.operation_timeout = 1s',
    'strata.request_budget = 0', 'strata.memory = 8M', 'strata.file.redis = "' . $redis->dsn() . '"', 'strata.good.redsi = typo', 'strata.unread.password_file = /nowhere/secret'];
foreach ($databases as $name => $dsn) {
    $lines[] = "strata.$name.redis = $dsn";
}
file_put_contents("$place/php.ini", implode("\n", $lines) . "\n");
/* What the line of each has to name. */
$named = ['number' => 'DB index is out of range', 'name' => 'nowhere.invalid', 'cut' => 'strata.cut.redis', 'secret' => 'password', 'login' => 'wants a password',
    'acl' => 'unlink', 'replica' => 'is a replica', 'tls' => 'TLS', 'refused' => 'refused', 'redsi' => 'did you mean strata.good.redis', 'password_file' => 'No such file',
    'file' => 'strata.databases must name it'];
$said = command(['check', "$place/php.ini", '--json']);
$json = json_decode(preg_replace('/^exit code.*/m', '', $said), true);
foreach ($named as $name => $words) {
    $about = array_filter($json['findings'], fn ($row) => in_array($name, $row['databases'], true) || preg_match("/\\b$name\\b/", strtok($row['sentence'], ' ')));
    $found = array_filter($about, fn ($row) => stripos($row['sentence'], $words) !== false);
    echo "$name: ", $found === [] ? 'not found: ' . json_encode(array_values($about)) : 'found', "\n";
}
echo preg_match('/exit code 2$/', rtrim($said)) ? 'exit code 2' : $said, ', ', str_contains($said, 'wr0ng') || str_contains($said, 'ri9ht') ? 'a password' : 'no password', "\n";
echo 'the good one: ', implode(' ', array_map(fn ($node) => ($node['reached'] ? 'reached' : 'not reached') . " $node[protocol] $node[role]", $json['servers']['']['good'])), "\n";
unlink("$place/php.ini");
rmdir($place);
?>
--EXPECT--
number: found
name: found
cut: found
secret: found
login: found
acl: found
replica: found
tls: found
refused: found
redsi: found
password_file: found
file: found
exit code 2, no password
the good one: reached redis master
