--TEST--
php.ini: a directive that is written as an array is refused, and PHP starts
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

echo php([
	'strata.databases[]' => 'sessions',
	'strata.password[]' => 'SECRET',
	'strata.memory[]' => '8M',
	'strata.foo[]' => 'bar',
], '
	var_dump(ini_get("strata.databases"), ini_get("strata.password"), ini_get("strata.memory"));
');
?>
--EXPECT--
Warning: strata.memory: [] makes it an array; accepted: one value, without [] in Unknown on line 0
Warning: strata.databases: [] makes it an array; accepted: one value, without [] in Unknown on line 0
Warning: strata.password: [] makes it an array; accepted: one value, without [] in Unknown on line 0
Warning: strata.foo: no such directive; php --ri strata lists those that there are in Unknown on line 0
string(0) ""
string(0) ""
string(3) "64M"
