--TEST--
Redis: a user who may run the commands of docs/operations.md can do everything, and without one of them fails what stands there
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

const COMMANDS = ['get', 'set', 'unlink', 'incrby', 'pexpire', 'persist', 'pttl', 'eval', 'getrange', 'setrange', 'exists', 'scan', 'select', 'ping', 'time', 'mget',
    'client|setname'];
/* Each true where it does what it is for. They are asked in this order, of one host. */
const ACTS = [
    'get' => '$cache->fetch("missing")->status === Strata\Status::Miss',
    'set' => '$cache->set("a", "a value") && $cache->get("a") === "a value"',
    'delete' => '$cache->set("d", [1]) && $cache->delete("d")',
    'increment' => '(fn () => $cache->increment("n") === 1)()',
    'increment with a first value or an end' => '(fn () => $cache->increment("m", 1, 5, 60) === 6)()',
    'touch' => '$cache->set("t", "a value", 60) && $cache->touch("t", 600) && $cache->fetch("t")->ttl > 500',
    'touch of an integer' => '$cache->set("i", 7, 60) && $cache->touch("i", 600)',
    'ends of integers' => '$cache->set("k", 7, 60) && $cache->fetch("k")->ttl > 50',
    'touch of an integer for ever' => '$cache->set("j", 7, 60) && $cache->touch("j")',
    'compareAndSet' => '$cache->set("c", [1]) && $cache->compareAndSet("c", $cache->fetch("c"), [2]) && $cache->get("c") === [2]',
    'compareAndDelete' => '$cache->set("c", [1]) && $cache->compareAndDelete("c", $cache->fetch("c")) && $cache->get("c") === null',
    'add' => '$cache->add("x", "first") && !$cache->add("x", "second") && $cache->get("x") === "first"',
    'replace' => '!$cache->replace("y", "none") && $cache->replace("x", "third") && $cache->get("x") === "third"',
    'remember' => '$cache->remember("r", 60, fn () => [1]) === [1] && $cache->fetch("r")->status === Strata\Status::Hit',
    'a namespace' => '(fn ($space) => $space->set("s", [1]) && $space->get("s") === [1] && $space->clear() && $space->get("s") === null)($cache->namespace("n"))',
    'clear' => '$cache->set("e", [1]) && $cache->clear() && $cache->get("e") === null',
    'purge' => 'strata_purge("default")["removed"] > 0',
];

$server = new OwnServer('redis');
$number = 0;
/** What does not work for a user with these commands, and what is warned about. */
$lacks = function (array $commands) use ($server, &$number): array {
    $user = 'u' . ++$number;
    $dsn = "redis://$user:pw@127.0.0.1:$server->port";
    $answer = redis($server->name(), 'ACL', 'SETUSER', $user, 'on', '>pw', "~$user:*", '-@all', ...array_map(fn ($command) => "+$command", $commands));
    $answer === '+OK' || print($answer);
    $host = fn (string $rest, array $ini = []) => new Host($ini + ['strata.redis' => $dsn . $rest, 'strata.namespace' => $user]);
    $usual = $host('');
    $failed = array_keys(array_filter(ACTS, fn (string $act) => $usual->ask($act) !== true));
    if ($host('', ['strata.strict' => 'on'])->ask(ACTS['set']) !== true) {
        $failed[] = 'nonces';
    }
    if ($host('/2')->ask(ACTS['set']) !== true) {
        $failed[] = 'another database number';
    }
    $named = array_filter($usual->warnings(), fn (string $warning) => preg_match('/NOPERM|executing the script/', $warning));
    return [$failed, count($usual->warnings()), count($named)];
};
[$failed, $warnings] = $lacks(COMMANDS);
echo 'with all of them: ', $failed ? implode(', ', $failed) : 'everything works', ", $warnings warnings\n";
foreach (COMMANDS as $command) {
    [$failed, $warnings, $named] = $lacks(array_diff(COMMANDS, [$command]));
    $fails = count($failed) === count(ACTS) + 2 ? 'everything' : implode(', ', $failed);
    echo strtoupper($command), ': ', $fails ?: 'nothing', $warnings === $named ? '' : ", $warnings warnings, $named of them about rights", "\n";
}
[$failed] = $lacks(array_diff(COMMANDS, ['eval', 'setrange']));
echo 'neither EVAL nor SETRANGE: ', implode(', ', $failed), "\n";
?>
--EXPECT--
with all of them: everything works, 0 warnings
GET: everything
SET: everything
UNLINK: delete, compareAndDelete, purge
INCRBY: increment
PEXPIRE: touch of an integer
PERSIST: touch of an integer for ever
PTTL: ends of integers
EVAL: increment with a first value or an end, compareAndSet, compareAndDelete, remember, clear, purge
GETRANGE: compareAndSet, compareAndDelete, remember
SETRANGE: remember
EXISTS: increment with a first value or an end
SCAN: purge
SELECT: another database number
PING: nothing
TIME: nothing
MGET: nothing
CLIENT|SETNAME: nothing
neither EVAL nor SETRANGE: increment with a first value or an end, touch, compareAndSet, compareAndDelete, remember, clear, purge
