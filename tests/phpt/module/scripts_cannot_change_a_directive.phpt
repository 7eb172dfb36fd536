--TEST--
php.ini: a script can read a directive and not change it
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

echo php(['strata.databases' => 'feed'], '
	$all = ini_get_all("strata");
	foreach ($all as $name => $directive) {
		if (($directive["access"] & INI_USER) !== 0 || @ini_set($name, "0") !== false) {
			echo "$name can be changed\n";
		}
	}
	var_dump(count($all) > 30, ini_get("strata.local_ttl"), ini_get("strata.feed.local_ttl"));
');
?>
--EXPECT--
bool(true)
string(2) "1s"
string(0) ""
