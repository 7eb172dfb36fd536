--TEST--
php.ini: every option takes its extremes without a word
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$right = [
	['memory' => '0', 'local_ttl' => '0', 'ttl_jitter' => '0', 'operation_timeout' => '1ms',
		'connect_timeout' => '1000us', 'max_redirects' => '0', 'max_value' => '1k', 'serializer' => 'PHP',
		'lease_wait' => '0s', 'on_error' => 'Throw', 'namespace' => ''],
	['memory' => '1M', 'local_ttl' => '24h', 'ttl_jitter' => '50%', 'operation_timeout' => '60s',
		'connect_timeout' => '1m', 'max_redirects' => '16', 'max_value' => '512M', 'serializer' => 'igbinary',
		'lease_wait' => '60000ms', 'on_error' => 'degrade', 'namespace' => 'Shop_1.eu-west',
		'memcached' => 'memcached://10.0.0.1,[::1]:11212?weight=2,/run/memcached.sock',
		'redis' => 'redis-cluster://app:p%40ss@10.0.0.1:7000,10.0.0.2', 'user' => 'a b', 'password' => '@:/'],
];
foreach ($right as $options) {
	$ini = [];
	foreach ($options as $option => $value) {
		$ini["strata.$option"] = $value;
	}
	$seen = json_decode(php($ini, 'echo json_encode(ini_get_all("strata", false));'), true);
	var_dump(array_diff_assoc($ini, $seen));
}
?>
--EXPECT--
array(0) {
}
array(0) {
}
