--TEST--
plain: counters that php-memcached made and lowered are read, and counted in both directions
--SKIPIF--
<?php
require __DIR__ . '/../../support/plain.inc';
skip_without_own_server();
skip_without_child();
skip_without_peer('memcached');
?>
--FILE--
<?php
require __DIR__ . '/../../support/plain.inc';

$server = new OwnServer('memcached');
$ini = ['strata.memcached' => $server->dsn(), 'strata.foreign_prefix' => 'shop:', 'strata.format' => 'plain'];

/* The server keeps the size of 10 and of 100, and writes spaces behind 9 and 95. */
$make = '$memcached->set("set", 100); $memcached->decrement("set", 5); $memcached->set("again", 10); $memcached->decrement("again", 1);';
/* These have no flags. */
$begin = 'foreach (["up" => 10, "down" => 10, "below" => 10] as $key => $first) {
        $memcached->increment($key, 1, $first); $memcached->decrement($key, 1);
    }';
/* None of them is a number. */
$spoil = '$memcached->set("word", "9 lives"); $memcached->set("spaces", "  "); $memcached->set("front", " 9");';
$count = 'try { return $cache->decrement($key, $by); } catch (Strata\SerializationException $failure) { return "no integer"; }';

foreach (['plain', 'envelope'] as $format) {
    by_memcached($server, ['PREFIX_KEY' => 'shop:'], $make . $spoil . 'foreach (["up", "down", "below"] as $key) { $memcached->delete($key); }');
    by_memcached($server, ['PREFIX_KEY' => 'shop:', 'BINARY_PROTOCOL' => true], $begin);
    echo "-- $format\n", json_encode(by_strata(['strata.format' => $format, 'strata.foreign' => 'read'] + $ini, '
        $count = function (string $key, int $by) use ($cache) { ' . $count . ' };
        return [$cache->getMultiple(["set", "again", "up"]), $count("set", 50), $count("again", -5), $count("up", -1), $count("down", 1), $count("below", 10),
            $count("word", 1), $count("spaces", 1), $count("front", 1)];')), "\n",
        json_encode(by_memcached($server, ['PREFIX_KEY' => 'shop:'], 'return [$memcached->get("set"), $memcached->get("again"), (int) $memcached->get("up"),
            (int) $memcached->get("down"), (int) $memcached->get("below"), $memcached->get("word")];')), "\n";
}
?>
--EXPECT--
-- plain
[{"set":95,"again":9,"up":"9 "},45,14,10,8,-1,"no integer","no integer","no integer"]
[45,14,10,8,-1,"9 lives"]
-- envelope
[{"set":95,"again":9,"up":"9 "},45,14,10,8,-1,"no integer","no integer","no integer"]
[45,14,10,8,-1,"9 lives"]
