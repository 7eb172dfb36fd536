--TEST--
Generations: a server that keeps a copy of the number and is stopped, or has lost it, makes no delete of a key elsewhere false
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

$servers = array_map(fn () => new OwnServer('memcached'), range(1, 5));
$names = array_map(fn ($server) => $server->name(), $servers);
$ini = ['strata.memcached' => 'memcached://' . implode(',', $names), 'strata.operation_timeout' => '300ms'];
[$a, $b] = [new Host($ini), new Host($ini)];
$a->ask('$cache->set("x", 1)');
$held = fn ($name) => memcached_read($name, 'default:generation');
$copies = array_values(array_filter($servers, fn ($server) => $held($server->name()) !== null));
echo count($copies), " copies\n";

/* Keys that are on no server which keeps a copy, and on others. */
$keys = array_map(fn ($i) => "key $i", range(1, 40));
$at = array_combine($keys, array_map(fn ($key) => $a->ask("\$cache->set('$key', 1) ? \$cache->fetch('$key')->node : ''"), $keys));
$of = fn (callable $wanted) => array_keys(array_filter($at, $wanted));
$on_copies = array_map(fn ($server) => $server->name(), $copies);
$apart = $of(fn ($node) => !in_array($node, $on_copies));
echo count($apart) > 4 ? "some keys are apart\n" : "no keys are apart\n";

/* B clears; A, which has not heard of it, deletes. */
$right = function (array $keys) use ($a, $b): string {
    $done = 0;
    foreach ($keys as $key) {
        $a->ask("\$cache->get('$key')");
        $b->ask('$cache->clear()');
        $did = [$b->ask("\$cache->set('$key', 'old')"), $a->ask("\$cache->delete('$key')"), $b->ask("\$cache->get('$key')")];
        $done += $did === [true, true, null] ? 1 : 0;
    }
    return "$done of " . count($keys);
};
echo 'all are up: ', $right(array_slice($apart, 0, 5)), ' apart, ', $right(array_slice($of(fn ($node) => $node === $on_copies[0]), 0, 3)), " beside a copy\n";

echo "one copy after the other is evicted\n";
foreach ($on_copies as $i => $name) {
    memcached($name, "md default:generation\r\n");
    echo '  ', json_encode($a->ask("\$cache->delete('{$apart[$i]}')")), ', ', $right([$apart[$i]]), ', ', count(array_filter($on_copies, fn ($name) => $held($name) !== null)), " copies again\n";
}

echo "the server of one copy is stopped\n";
$on_healthy = $of(fn ($node) => $node !== $on_copies[0]);
$copies[0]->signal(STOPPED);
$answers = array_map(fn ($key) => $a->ask("\$cache->delete('$key')"), $on_healthy);
echo '  ', count(array_filter($answers)) === count($answers) ? 'every delete of a key elsewhere is true' : count(array_filter($answers)) . ' of ' . count($answers) . ' deletes are true', "\n";
echo '  clear() is ', json_encode($b->ask('$cache->clear()')), "\n";
$copies[0]->signal(CONTINUED);
?>
--EXPECT--
3 copies
some keys are apart
all are up: 5 of 5 apart, 3 of 3 beside a copy
one copy after the other is evicted
  true, 1 of 1, 3 copies again
  true, 1 of 1, 3 copies again
  true, 1 of 1, 3 copies again
the server of one copy is stopped
  every delete of a key elsewhere is true
  clear() is false
