--TEST--
Cluster: whatever stands in the place of a tag's number, no old value comes back
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_cluster();
skip_without_child();
?>
--INI--
strata.namespace=cluster-numbers-${STRATA_TEST_RUN}
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/tags.inc';

$name = number_of_namespace('s', ini_get('strata.namespace'));
other_numbers_bring_nothing_back(['strata.redis' => getenv('STRATA_TEST_CLUSTER_DSN'), 'strata.namespace' => ini_get('strata.namespace')],
    fn (?string $number) => $number === null ? cluster('DEL', $name) : cluster('SET', $name, $number));
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
