--TEST--
Two databases on one server: the one with the wrong password is refused, and the other one goes on as if it were alone
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

$server = new OwnServer('redis', arguments: explode(' ', '--user default off --user one on >first ~* +@all --user two on >second ~* +@all'));
$ini = ['error_reporting' => '1', 'strata.databases' => 'one,two,wrong', 'strata.local_ttl' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '5s',
    'strata.one.redis' => "redis://one:first@{$server->name()}/1", 'strata.two.redis' => "redis://two:second@{$server->name()}/2",
    'strata.wrong.redis' => "redis://two:first@{$server->name()}/1"];
echo php($ini, '
    require "' . __DIR__ . '/../../support/show.inc";
    foreach (["one", "two", "wrong"] as $name) {
        $cache[$name] = new Strata\Cache($name);
    }
    for ($i = 0; $i < 3; $i++) {
        foreach ($cache as $name => $of) {
            echo $name, ": ", json_encode($of->set("key", "of $name")), ", ", told($of->fetch("key")), "\n";
        }
    }
    $node = current(strata_status()["nodes"]);
    echo $node["state"], ", ", $node["cause"], ", auths: ", $node["auths"], "\n";
    $name = array_key_first(strata_status()["nodes"]);
    strata_node($name, "disable");
    foreach ($cache as $of) {
        echo told($of->fetch("key")), "\n";
    }
');
?>
--EXPECT--
one: true, hit redis: 'of one'
two: true, hit redis: 'of two'
wrong: false, error redis (auth)
one: true, hit redis: 'of one'
two: true, hit redis: 'of two'
wrong: false, error redis (auth)
one: true, hit redis: 'of one'
two: true, hit redis: 'of two'
wrong: false, error redis (auth)
open, locked, auths: 3
error redis (breaker_open)
error redis (breaker_open)
error redis (auth)
