--TEST--
Redis: databases of several users on one server each see their own keys only, also where the password of one is wrong
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

/* Each user may touch its own keys only, so that a connection of another one would show at once. */
$users = [];
foreach (['ann', 'bob', 'eve'] as $user) {
    array_push($users, '--user', $user, 'on', ">pw-$user", '+@all', "~$user:*");
}
$server = new OwnServer('redis', arguments: $users);
$dsn = fn (string $login, string $rest = '') => "redis://$login@127.0.0.1:$server->port$rest";
echo php(['strata.databases' => 'ann,bob,eve,ann_two', 'strata.ann.redis' => $dsn('ann:pw-ann'), 'strata.bob.redis' => $dsn('bob:pw-bob'),
    'strata.eve.redis' => $dsn('eve:guessed'), 'strata.ann_two.redis' => $dsn('ann:pw-ann', '/2'),
    'strata.ann.namespace' => 'ann', 'strata.bob.namespace' => 'bob', 'strata.eve.namespace' => 'eve', 'strata.ann_two.namespace' => 'ann',
    'strata.memory' => '0', 'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s', 'strata.connect_rate' => '10000', 'strata.request_budget' => '0'], <<<'PHP'
    $caches = [];
    foreach (["ann", "bob", "ann_two", "eve"] as $name) {
        $caches[$name] = new Strata\Cache($name);
    }
    $wrong = 0;
    for ($round = 0; $round < 50; $round++) {
        foreach ($caches as $name => $cache) {
            $stored[$name] = @$cache->set("key $round", "$name $round", 60);
        }
        foreach ($caches as $name => $cache) {
            $wrong += $cache->get("key $round") !== ($name === "eve" ? null : "$name $round");
        }
    }
    echo json_encode($stored), " $wrong wrong\n";
    $caches["ann"]->delete("key 1");
    $caches["bob"]->clear();
    foreach ($caches as $name => $cache) {
        echo "$name: ", json_encode($cache->getMultiple(["key 0", "key 1"])), " ",
            str_replace("breaker_open", "auth", $cache->fetch("key 1")->reason?->value ?? "ok"), "\n";
    }
PHP);
/** Which keys of values does this numbered database hold? */
$prefixes = function (int $number) use ($server) {
    $socket = open_server($server->name());
    fwrite($socket, redis_bytes('SELECT', (string) $number) . redis_bytes('KEYS', '*'));
    redis_reply($socket);
    return array_unique(preg_replace('/^(\w+:\w+):.*/', '$1', array_filter(redis_reply($socket), fn ($key) => str_contains($key, ':key '))));
};
foreach ([0, 2] as $number) {
    $found = $prefixes($number);
    sort($found);
    echo "$number: ", implode(' ', $found), "\n";
}
?>
--EXPECT--
{"ann":true,"bob":true,"ann_two":true,"eve":false} 0 wrong
ann: {"key 0":"ann 0","key 1":null} ok
bob: {"key 0":null,"key 1":null} ok
ann_two: {"key 0":"ann_two 0","key 1":"ann_two 1"} ok
eve: {"key 0":null,"key 1":null} auth
0: ann:ann bob:bob
2: ann:ann_two
