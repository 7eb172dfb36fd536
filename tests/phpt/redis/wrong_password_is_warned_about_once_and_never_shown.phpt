--TEST--
Redis: a wrong or missing password is one clear warning and Reason::Auth, and no password is in any message
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_redis();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php.inc';

$server = getenv('STRATA_TEST_REDIS');
$right = getenv('STRATA_TEST_REDIS_PASSWORD');
$tries = [
    'wrong password' => ['strata.redis' => "redis://:SECRET1@$server"],
    'wrong password for a user' => ['strata.redis' => "redis://app:SECRET3@$server"],
    'wrong password in its directive' => ['strata.redis' => "redis://$server", 'strata.password' => 'SECRET4'],
    'no password' => ['strata.redis' => "redis://$server"],
    'right password in its directive' => ['strata.redis' => "redis://$server", 'strata.password' => $right],
    'right password of the default user' => ['strata.redis' => "redis://default:$right@$server"],
];
foreach ($tries as $what => $ini) {
    $ini += ['strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.connect_timeout' => '5s', 'strata.local_ttl' => '0'];
    $output = php($ini, '
        $cache = new Strata\Cache();
        echo json_encode([strata_set("key", 1, 60), strata_get("key", "default"), $cache->has("key"), strata_delete("key")]), "\n";
        echo $cache->fetch("key")->reason?->name ?? "no reason", "\n";
        try {
            $cache->increment("key", 1, 0, 60);
        } catch (Strata\ConnectionException $exception) {
            echo get_class($exception), ": ", $exception->getMessage(), "\n";
        }
        ob_start();
        var_dump($cache, strata_status());
        phpinfo();
        echo str_contains(ob_get_clean(), "SECRET") ? "a password shows\n" : "";
    ');
    echo "$what\n", str_replace($server, 'SERVER', preg_replace('/ in Command line.*/', '', $output));
    preg_match('/SECRET|' . preg_quote($right) . '/', $output) && print("a password shows\n");
}
?>
--EXPECT--
wrong password
Warning: strata_set(): database default: redis SERVER: greeting: the server did not accept the password
[false,"default",false,false]
Auth
Strata\ConnectionException: database default: redis SERVER: greeting: the server did not accept the password
wrong password for a user
Warning: strata_set(): database default: redis SERVER: greeting: the server did not accept the user and the password
[false,"default",false,false]
Auth
Strata\ConnectionException: database default: redis SERVER: greeting: the server did not accept the user and the password
wrong password in its directive
Warning: strata_set(): database default: redis SERVER: greeting: the server did not accept the password
[false,"default",false,false]
Auth
Strata\ConnectionException: database default: redis SERVER: greeting: the server did not accept the password
no password
Warning: strata_set(): database default: redis SERVER: greeting: the server wants a password, and none is configured
[false,"default",false,false]
Auth
Strata\ConnectionException: database default: redis SERVER: greeting: the server wants a password, and none is configured
right password in its directive
[true,1,true,true]
no reason
right password of the default user
[true,1,true,true]
no reason
