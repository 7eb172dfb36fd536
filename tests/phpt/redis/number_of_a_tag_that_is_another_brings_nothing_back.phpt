--TEST--
Redis: whatever stands in the place of a tag's number, no old value comes back, with EVAL and without
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
require __DIR__ . '/../../support/tags.inc';

$server = new OwnServer('redis');
$name = number_of_namespace('s');
$put = fn (?string $number) => $number === null ? redis($server->name(), 'DEL', $name) : redis($server->name(), 'SET', $name, $number);
$list = function (?string $number) use ($server, $name) {
    redis($server->name(), 'DEL', $name);
    redis($server->name(), 'RPUSH', $name, (string) $number);
};

other_numbers_bring_nothing_back(['strata.redis' => $server->dsn()], $put);
echo redis($server->name(), 'TTL', $name) > 29 * 86400 ? "it lives for 30 days\n" : "its life is wrong\n";
echo "- lists\n";
other_numbers_bring_nothing_back(['strata.redis' => $server->dsn(), 'strata.namespace' => ''], $list);
echo "- without EVAL\n";
redis($server->name(), 'FLUSHALL');
redis($server->name(), 'SET', 'default:generation', sprintf('%d', 1e6 * time()));
redis($server->name(), 'ACL', 'SETUSER', 'u', 'on', '>pw', '~*', '+@all', '-eval');
other_numbers_bring_nothing_back(['strata.redis' => "redis://u:pw@127.0.0.1:$server->port"], $put);
?>
--EXPECT--
at first: ["first","first"]
nothing: [[null,null],["new","new"],true,[null,null]]
text: [[null,null],["new","new"],true,[null,null]]
negative: [[null,null],["new","new"],true,[null,null]]
an older number: [[null,null],["new","new"],true,[null,null]]
2^63: [[null,null],["new","new"],true,[null,null]]
2^64 and one: [[null,null],["new","new"],true,[null,null]]
a leading zero: [[null,null],["new","new"],true,[null,null]]
spaces: [[null,null],["new","new"],true,[null,null]]
ahead of all clocks: [[null,null],["new","new"],true,[null,null]]
a megabyte: [[null,null],["new","new"],true,[null,null]]
it lives for 30 days
- lists
at first: ["first","first"]
nothing: [[null,null],["new","new"],true,[null,null]]
text: [[null,null],["new","new"],true,[null,null]]
negative: [[null,null],["new","new"],true,[null,null]]
an older number: [[null,null],["new","new"],true,[null,null]]
2^63: [[null,null],["new","new"],true,[null,null]]
2^64 and one: [[null,null],["new","new"],true,[null,null]]
a leading zero: [[null,null],["new","new"],true,[null,null]]
spaces: [[null,null],["new","new"],true,[null,null]]
ahead of all clocks: [[null,null],["new","new"],true,[null,null]]
a megabyte: [[null,null],["new","new"],true,[null,null]]
- without EVAL
at first: ["first","first"]
nothing: [[null,null],["new","new"],true,[null,null]]
text: [[null,null],["new","new"],true,[null,null]]
negative: [[null,null],["new","new"],true,[null,null]]
an older number: [[null,null],["new","new"],true,[null,null]]
2^63: [[null,null],["new","new"],true,[null,null]]
2^64 and one: [[null,null],["new","new"],true,[null,null]]
a leading zero: [[null,null],["new","new"],true,[null,null]]
spaces: [[null,null],["new","new"],true,[null,null]]
ahead of all clocks: [[null,null],["new","new"],true,[null,null]]
a megabyte: [[null,null],["new","new"],true,[null,null]]
