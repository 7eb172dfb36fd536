--TEST--
memcached: whatever stands in the place of a tag's number, no old value comes back, with cas and without
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

foreach (['with cas' => [], 'without' => ['-C']] as $what => $arguments) {
    $server = new OwnServer('memcached', arguments: $arguments);
    $name = number_of_namespace('s');
    echo "- $what\n";
    other_numbers_bring_nothing_back(['strata.memcached' => $server->dsn()], fn (?string $number) => $number === null
        ? memcached($server->name(), "md $name\r\n")
        : memcached_write($server->name(), $name, substr($number, 0, 1000000)));
}
?>
--EXPECT--
- with cas
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
- without
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
