--TEST--
Redis: a former generation never comes back, whoever lost the present one, and a number that no clock says is swapped out
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

$server = new OwnServer('redis');
$hosts = ['A' => new Host(['strata.redis' => $server->dsn()]), 'B' => new Host(['strata.redis' => $server->dsn()])];
$held = fn () => (int) redis($server->name(), 'GET', 'default:generation');
$is_now = fn () => abs($held() / 1e6 - microtime(true)) < 20 ? 'a number of now' : 'another number';

echo "evicted\n";
hosts_do($hosts, 'A: $cache->set("x", "old")', 'B: $cache->get("x")');
$former = $held();
redis($server->name(), 'DEL', 'default:generation');
hosts_do($hosts, null, 'B: $cache->get("x")', 'B: $cache->set("x", "new")', 'A: $cache->get("x")');
echo '  ', $is_now(), $held() > $former ? ', greater' : ', not greater', "\n";

echo "a master that had not heard of the clear() takes over\n";
$former = $held();
hosts_do($hosts, 'A: $cache->clear()', 'A: $cache->set("x", "newer")');
$cleared = $held();
redis($server->name(), 'SET', 'default:generation', (string) $former);
hosts_do($hosts, null, 'A: $cache->get("x")', null, 'B: $cache->get("x")', 'B: $cache->set("x", "newest")', 'A: $cache->get("x")');
echo '  ', $is_now(), $held() > $cleared ? ', greater' : ', not greater', "\n";

echo "a number that no clock says\n";
foreach (['999999999999999998', (string) (int) (1e6 * (microtime(true) + 70)), '12345678901234567890', 'text'] as $wrong) {
    redis($server->name(), 'SET', 'default:generation', $wrong);
    hosts_do($hosts, null, 'A: $cache->set("x", "again")', null, 'B: $cache->get("x")', 'B: $cache->set("x", "and again")', 'A: $cache->get("x")');
    echo '  ', $is_now(), "\n";
}
hosts_do($hosts, 'B: $cache->clear()', null, 'A: $cache->get("x")', 'A: count($warnings)', 'B: count($warnings)');

echo "a host that starts where the number is wrong\n";
redis($server->name(), 'SET', 'default:generation', '999999999999999998');
$late = new Host(['strata.redis' => $server->dsn()]);
hosts_do(['C' => $late] + $hosts, 'C: $cache->set("x", "of C")', null, 'A: $cache->get("x")', 'B: $cache->get("x")');
echo '  ', $is_now(), "\n";
?>
--EXPECT--
evicted
  A: $cache->set("x", "old") -> true
  B: $cache->get("x") -> "old"
  B: $cache->get("x") -> null
  B: $cache->set("x", "new") -> true
  A: $cache->get("x") -> "new"
  a number of now, greater
a master that had not heard of the clear() takes over
  A: $cache->clear() -> true
  A: $cache->set("x", "newer") -> true
  A: $cache->get("x") -> null
  B: $cache->get("x") -> null
  B: $cache->set("x", "newest") -> true
  A: $cache->get("x") -> "newest"
  a number of now, greater
a number that no clock says
  A: $cache->set("x", "again") -> true
  B: $cache->get("x") -> "again"
  B: $cache->set("x", "and again") -> true
  A: $cache->get("x") -> "and again"
  a number of now
  A: $cache->set("x", "again") -> true
  B: $cache->get("x") -> "again"
  B: $cache->set("x", "and again") -> true
  A: $cache->get("x") -> "and again"
  a number of now
  A: $cache->set("x", "again") -> true
  B: $cache->get("x") -> "again"
  B: $cache->set("x", "and again") -> true
  A: $cache->get("x") -> "and again"
  a number of now
  A: $cache->set("x", "again") -> true
  B: $cache->get("x") -> "again"
  B: $cache->set("x", "and again") -> true
  A: $cache->get("x") -> "and again"
  a number of now
  B: $cache->clear() -> true
  A: $cache->get("x") -> null
  A: count($warnings) -> 0
  B: count($warnings) -> 0
a host that starts where the number is wrong
  C: $cache->set("x", "of C") -> true
  A: $cache->get("x") -> "of C"
  B: $cache->get("x") -> "of C"
  a number of now
