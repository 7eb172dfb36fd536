--TEST--
Redis: while the password of one database is wrong, another one on the same server is served
--SKIPIF--
<?php
exit('skip one breaker serves all users of a node, and a refused password opens it for all');
?>
--FILE--
<?php
require __DIR__ . '/../support/own_server.inc';
require __DIR__ . '/../support/php.inc';

$server = new OwnServer('redis');
redis($server->name(), 'ACL', 'SETUSER', 'left', 'on', '>password-of-left', '~*', '&*', '+@all');
echo php(['strata.databases' => 'left,right', 'strata.left.redis' => "redis://left:password-of-left@{$server->name()}",
    'strata.right.redis' => "redis://right:wrong@{$server->name()}", 'strata.memory' => '0', 'strata.request_budget' => '0'], '
    $left = new Strata\Cache("left");
    $right = new Strata\Cache("right");
    @$right->get("key");
    for ($i = $stored = 0; $i < 100; $i++) {
        $stored += $left->set("key $i", $i) && $left->get("key $i") === $i;
        @$right->get("key $i");
    }
    echo $stored > 90 ? "served" : "$stored of 100 served", "\n";
');
?>
--EXPECT--
served
