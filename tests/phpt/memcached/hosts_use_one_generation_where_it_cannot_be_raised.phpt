--TEST--
memcached: hosts use one generation, or none, where servers have no cas, are full, lost it, or are away
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

$two = fn (string $dsn) => ['A' => new Host(['strata.memcached' => $dsn]), 'B' => new Host(['strata.memcached' => $dsn])];
$held = fn (OwnServer $server) => memcached_read($server->name(), 'default:generation');

echo "without cas\n";
$server = new OwnServer('memcached', arguments: ['-C']);
$hosts = $two($server->dsn());
hosts_do($hosts, 'A: $cache->set("x", 1)', 'B: $cache->get("x")', 'B: $cache->set("x", 2)', 'A: $cache->get("x")', 'A: $cache->clear()', null,
    'B: $cache->get("x")', 'A: $cache->delete("x")', 'B: $cache->get("x")', 'B: $cache->set("x", 4)', 'A: $cache->get("x")', 'A: $cache->clear()');
hosts_were_warned($hosts, $server->name());

echo "a full server without a generation\n";
$server = new OwnServer('memcached', arguments: ['-M', '-m', '2']);
/* As long as the item of a generation, so that they fill what it would lie in. */
$filler = implode(array_map(fn ($i) => sprintf("ms filler%05d 20 q\r\n%020d\r\n", $i, $i), range(1, 30000)));
echo '  ', str_contains(memcached($server->name(), $filler), 'SERVER_ERROR out of memory') ? "full\n" : "not full\n";
$hosts = $two($server->dsn());
hosts_do($hosts, 'A: $cache->fetch("x")->reason->value', 'B: $cache->set("x", 1)', 'B: $cache->clear()');
hosts_were_warned($hosts, $server->name());

echo "three servers that lose it\n";
$servers = [new OwnServer('memcached'), new OwnServer('memcached'), new OwnServer('memcached')];
$hosts = $two('memcached://' . implode(',', array_map(fn ($server) => $server->name(), $servers)));
$copies = fn () => count(array_unique(array_map($held, $servers))) === 1 && $held($servers[0]) !== null ? 'one number on all' : 'copies differ';
hosts_do($hosts, 'A: $cache->set("x", "old")', 'B: $cache->get("x")');
$former = $held($servers[0]);
memcached($servers[1]->name(), "md default:generation\r\n");
hosts_do($hosts, null, 'A: $cache->get("x")');
echo '  ', $copies(), $held($servers[1]) === $former ? ", the former\n" : ", another\n";
array_map(fn ($server) => memcached($server->name(), "md default:generation\r\n"), $servers);
hosts_do($hosts, null, 'B: $cache->get("x")', 'B: $cache->set("x", "new")', 'A: $cache->get("x")');
echo '  ', $copies(), $held($servers[1]) > $former ? ", greater\n" : ", not greater\n";

echo "a number that no clock says\n";
array_map(fn ($server) => memcached_write($server->name(), 'default:generation', '999999999999999998'), $servers);
hosts_do($hosts, null, 'A: $cache->set("x", "again")', null, 'B: $cache->get("x")', 'B: $cache->set("x", "and again")', 'A: $cache->get("x")');
echo '  ', $copies(), abs($held($servers[0]) / 1e6 - microtime(true)) < 20 ? ", a number of now\n" : ", another\n";

echo "one of three is away\n";
$name = 'default:generation';
$servers[2]->signal(KILLED);
hosts_do($hosts, 'A: $cache->clear()', null, 'B: $cache->get("x")');
echo '  ', $held($servers[0]) === $held($servers[1]) ? "one number on the others\n" : "copies differ\n";
?>
--EXPECT--
without cas
  A: $cache->set("x", 1) -> true
  B: $cache->get("x") -> 1
  B: $cache->set("x", 2) -> true
  A: $cache->get("x") -> 2
  A: $cache->clear() -> false
  B: $cache->get("x") -> 2
  A: $cache->delete("x") -> true
  B: $cache->get("x") -> null
  B: $cache->set("x", 4) -> true
  A: $cache->get("x") -> 4
  A: $cache->clear() -> false
  A: database default: memcached NODE: no cas, so that the generation cannot be raised: started with -C
a full server without a generation
  full
  A: $cache->fetch("x")->reason->value -> "no_generation"
  B: $cache->set("x", 1) -> false
  B: $cache->clear() -> false
  A: database default: memcached NODE: set: SERVER_ERROR out of memory storing object
  B: database default: memcached NODE: set: SERVER_ERROR out of memory storing object
three servers that lose it
  A: $cache->set("x", "old") -> true
  B: $cache->get("x") -> "old"
  A: $cache->get("x") -> "old"
  one number on all, the former
  B: $cache->get("x") -> null
  B: $cache->set("x", "new") -> true
  A: $cache->get("x") -> "new"
  one number on all, greater
a number that no clock says
  A: $cache->set("x", "again") -> true
  B: $cache->get("x") -> "again"
  B: $cache->set("x", "and again") -> true
  A: $cache->get("x") -> "and again"
  one number on all, a number of now
one of three is away
  A: $cache->clear() -> false
  B: $cache->get("x") -> null
  one number on the others
