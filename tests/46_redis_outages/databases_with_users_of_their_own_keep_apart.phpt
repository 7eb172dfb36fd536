--TEST--
Redis: two databases on one server with users of their own see only their own keys, also while the password of one is wrong
--SKIPIF--
<?php
require __DIR__ . '/../support/own_server.inc';
require __DIR__ . '/../support/fork.inc';
require __DIR__ . '/../support/php.inc';
skip_without_own_server();
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../support/own_server.inc';
require __DIR__ . '/../support/php.inc';

/* A user may touch the keys of its database only: whatever went over a connection of the other would be refused. */
$server = new OwnServer('redis');
foreach (['left', 'right'] as $user) {
    redis($server->name(), 'ACL', 'SETUSER', $user, 'on', ">password-of-$user", "~$user:*", '&*', '+@all');
}
$dsn = fn (string $user, string $password, int $number) => "redis://$user:$password@{$server->name()}/$number";
$ini = fn (string $password) => ['strata.databases' => 'left,right', 'strata.left.redis' => $dsn('left', 'password-of-left', 1),
    'strata.right.redis' => $dsn('right', $password, 2), 'strata.memory' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s', 'strata.on_error' => 'degrade'];
$work = fn (string ...$judged) => '
    require "' . __DIR__ . '/../support/fork.inc";
    $turns = in_children(4, function (int $me) {
        mt_srand($me);
        $caches = ["left" => new Strata\Cache("left"), "right" => new Strata\Cache("right")];
        $told = ["left" => [], "right" => [], "wrong" => 0];
        for ($i = 0; $i < 400; $i++) {
            $name = ["left", "right"][mt_rand(0, 1)];
            $key = "key " . mt_rand(0, 9);
            @$caches[$name]->set($key, "$name $key");
            $found = @$caches[$name]->fetch($key);
            $told[$name][$found->reason === null ? $found->status->value : $found->reason->value] = true;
            $told["wrong"] += $found->value !== null && $found->value !== "$name $key";
        }
        return $told;
    });
    foreach (' . var_export($judged, true) . ' as $name) {
        $all = array_merge(...array_column($turns, $name));
        echo "$name: ", isset($all["hit"]) ? "its own keys" : (isset($all["auth"]) ? "refused" : json_encode($all)), "\n";
    }
    echo array_sum(array_column($turns, "wrong")), " wrong\n";
';
echo php($ini('password-of-right'), $work('left', 'right'));
preg_match_all('/db\d/', redis($server->name(), 'INFO', 'keyspace'), $used);
echo implode(' ', $used[0]), "\n";
foreach ([1, 2] as $number) {
    $socket = open_server($server->name());
    fwrite($socket, redis_bytes('SELECT', (string) $number) . redis_bytes('KEYS', '*'));
    redis_reply($socket);
    echo $number, ': ', implode(' ', array_unique(array_map(fn ($key) => strtok($key, ':'), redis_reply($socket)))), "\n";
}

redis($server->name(), 'CONFIG', 'RESETSTAT');
/* Whether the other one is served meanwhile is another test's question. */
echo php($ini('wrong'), $work('right'));
preg_match('/cmdstat_auth:calls=(\d+),.*failed_calls=(\d+)/', redis($server->name(), 'INFO', 'commandstats'), $auths);
echo $auths[2] >= 1 && $auths[2] <= 8 ? 'the wrong password was tried a few times' : "the wrong password was tried $auths[2] times", "\n";
?>
--EXPECT--
left: its own keys
right: its own keys
0 wrong
db1 db2
1: left
2: right
right: refused
0 wrong
the wrong password was tried a few times
