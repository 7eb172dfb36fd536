--TEST--
Redis: what a user without EVAL can do with values that bear tags, and that what fails says why and changes nothing
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
require __DIR__ . '/../../support/hosts.inc';

const COMMANDS = ['get', 'set', 'unlink', 'incrby', 'pexpire', 'persist', 'eval', 'getrange', 'setrange', 'exists', 'ping', 'mget', 'client|setname'];
const TOUCH = '(function () use ($cache) { $cache->set("t", VALUE, 60, ["a"]); $before = $cache->fetch("t");
    return $cache->touch("t", 600) && $cache->fetch("t")->ttl > 500 && $cache->get("t") === VALUE
        && $cache->invalidateTags("a") && $cache->get("t") === null && !$cache->touch("t", 600); })()';
const ACTS = [
    'set' => '$cache->set("s", "v", 60, ["a"]) && $cache->get("s") === "v" && $cache->invalidateTags("a") && !$cache->has("s")',
    'add' => '$cache->set("x", "v", 60, ["a"]) && !$cache->add("x", "w") && $cache->get("x") === "v"',
    'replace of what is outdated' => '$cache->set("y", "v", 60, ["a"]) && $cache->invalidateTags("a") && !$cache->replace("y", "w") && !$cache->has("y")',
    'add over what is outdated' => '$cache->set("z", "v", 60, ["a"]) && $cache->invalidateTags("a") && $cache->add("z", "w") && $cache->get("z") === "w"',
    'replace' => '$cache->set("r", "v", 60, ["a"]) && $cache->replace("r", "w") && $cache->get("r") === "w"',
    'increment' => '(fn () => $cache->set("i", 5, 60, ["a"]) && $cache->increment("i") === 6)()',
];

$server = new OwnServer('redis');
$tell = function (string $user, array $lacking) use ($server): void {
    redis($server->name(), 'ACL', 'SETUSER', $user, 'on', '>pw', "~$user:*", '-@all', ...array_map(fn ($command) => "+$command", array_diff(COMMANDS, $lacking)));
    $host = new Host(['strata.redis' => "redis://$user:pw@127.0.0.1:$server->port", 'strata.namespace' => $user, 'strata.ttl_jitter' => '0']);
    $fails = array_keys(array_filter(ACTS, fn (string $act) => $host->ask($act) !== true));
    foreach (['"text"' => 'a text', 'null' => 'null', 'true' => 'true', '7' => 'a number', 'str_repeat("long ", 9999)' => 'a long text', '[1, [2]]' => 'an array'] as $value => $name) {
        if ($host->ask(str_replace('VALUE', $value, TOUCH)) !== true) {
            $fails[] = "touch of $name";
        }
    }
    echo $lacking ? 'without ' . implode(' and ', $lacking) : 'with all', ': ', $fails ? implode(', ', $fails) . ' fail' : 'everything works', "\n";
};
$tell('all', []);
$tell('plain', ['eval']);
$tell('poor', ['eval', 'setrange']);
?>
--EXPECT--
with all: everything works
without eval: add over what is outdated, replace, increment fail
without eval and setrange: add over what is outdated, replace, increment, touch of a text, touch of null, touch of true, touch of a number, touch of a long text, touch of an array fail
