--TEST--
php.ini: a wrong name in strata.databases costs no other name
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$names = ' sessions , Feed,redis,,feed,default,sessions,2nd,a' . str_repeat('b', 48) . ',';
echo php(['strata.databases' => $names], '
	$databases = [];
	foreach (array_keys(ini_get_all("strata", false)) as $name) {
		$parts = explode(".", $name);
		count($parts) === 3 and $databases[$parts[1]] = true;
	}
	echo implode(" ", array_keys($databases)), "\n";
');
?>
--EXPECT--
Warning: strata.databases: "Feed" is not a-z followed by a-z 0-9 _; the name is ignored; accepted: names such as sessions,feed in Unknown on line 0
Warning: strata.databases: "redis" is the name of an option; the name is ignored; accepted: names such as sessions,feed in Unknown on line 0
Warning: strata.databases: "" is not a-z followed by a-z 0-9 _; the name is ignored; accepted: names such as sessions,feed in Unknown on line 0
Warning: strata.databases: "default" is always there, with the common options; the name is ignored; accepted: names such as sessions,feed in Unknown on line 0
Warning: strata.databases: "sessions" stands there twice; the name is ignored; accepted: names such as sessions,feed in Unknown on line 0
Warning: strata.databases: "2nd" is not a-z followed by a-z 0-9 _; the name is ignored; accepted: names such as sessions,feed in Unknown on line 0
Warning: strata.databases: "abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" has more than 48 bytes; the name is ignored; accepted: names such as sessions,feed in Unknown on line 0
feed sessions
