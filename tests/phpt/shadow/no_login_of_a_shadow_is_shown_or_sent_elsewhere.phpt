--TEST--
shadow: its password is shown nowhere and sent to no other server, and neither is that of the first place
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

$first = new OwnServer('redis', arguments: ['--requirepass', 'SECRET1']);
$shadow = new OwnServer('redis', arguments: ['--requirepass', 'SECRET2']);
$open = new OwnServer('redis');
$ini = [
    'strata.databases' => 'moves,leads,unguarded,broken',
    'strata.redis' => $first->dsn(),
    'strata.password' => 'SECRET1',
    'strata.shadow_redis' => str_replace('redis://', 'redis://:SECRET2@', $shadow->dsn()),
    'strata.moves.shadow_mode' => 'write',
    'strata.leads.shadow_mode' => 'lead',
    'strata.unguarded.shadow_mode' => 'lead',
    'strata.unguarded.shadow_redis' => $open->dsn(),
    'strata.broken.shadow_mode' => 'write',
    'strata.broken.shadow_redis' => 'redis://:SECRET3@127.0.0.1:port',
    'strata.local_ttl' => '0',
    'strata.operation_timeout' => '5s',
];
$output = php($ini, '
    require "' . __DIR__ . '/../../support/show.inc";
    foreach (["moves", "leads", "unguarded", "broken"] as $name) {
        $cache = new Strata\Cache($name);
        $set = $cache->set("key", $name);
        $found[] = "$name: " . told($cache->fetch("key"));
        var_dump($cache);
    }
    var_dump(strata_status());
    echo strata_metrics();
    phpinfo();
    echo "\nfound ", implode(", ", $found), "\n";
');
preg_match_all('/.*SECRET.*/', $output, $shown);
echo implode("\n", $shown[0]), "\n", strstr($output, 'found moves');
foreach (['first' => $first, 'shadow' => $shadow, 'unguarded' => $open] as $name => $server) {
    $client = stream_socket_client('tcp://' . $server->name());
    $login = ['first' => "AUTH SECRET1\r\n", 'shadow' => "AUTH SECRET2\r\n", 'unguarded' => ''][$name];
    fwrite($client, "{$login}ACL LOG\r\n");
    $login === '' || fgets($client);
    echo "$name: ", trim(fgets($client)) === '*0' ? 'no wrong login' : 'a wrong login', "\n";
}
?>
--EXPECT--

found moves: hit redis: 'moves', leads: hit redis: 'leads', unguarded: hit redis: 'unguarded', broken: hit redis: 'broken'
first: no wrong login
shadow: no wrong login
unguarded: no wrong login
