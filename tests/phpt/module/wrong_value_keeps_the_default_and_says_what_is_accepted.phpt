--TEST--
php.ini: a wrong value keeps the default, says what is accepted, and PHP starts
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$wrong = [
	'strata.memory' => '512K',
	'strata.spin' => '2ms',
	'strata.memcached' => 'redis://10.0.0.1',
	'strata.redis' => 'redis-sentinel://10.0.0.1',
	'strata.namespace' => 'my shop',
	'strata.local_ttl' => 'abc',
	'strata.ttl_jitter' => '51%',
	'strata.operation_timeout' => '250',
	'strata.connect_timeout' => '0',
	'strata.max_redirects' => '-1',
	'strata.max_value' => '64 MB',
	'strata.serializer' => 'json',
	'strata.lease_wait' => '1.5s',
	'strata.session_lock' => 'optimist',
	'strata.session_read_from' => 'PHPREDIS_SESSION',
	'strata.on_error' => '',
];
echo php($wrong, '
	foreach (explode(" ", "' . implode(' ', array_keys($wrong)) . '") as $name) {
		echo "$name = ", ini_get($name), "\n";
	}
');
?>
--EXPECT--
Warning: strata.memory: "512K" is out of range; accepted: 0, or 1M to 1T, such as 64M in Unknown on line 0
Warning: strata.spin: "2ms" is out of range; accepted: auto, off, or 1us to 1ms in Unknown on line 0
Warning: strata.memcached: "redis://10.0.0.1" names the wrong kind of server; accepted: memcached://host:port,host:port?weight=2 in Unknown on line 0
Warning: strata.redis: "redis-sentinel://10.0.0.1" is not usable: the name of the master follows the sentinels: host:26379/mymaster; accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0 in Unknown on line 0
Warning: strata.namespace: "my shop" holds a byte that is none of these; accepted: at most 64 of A-Z a-z 0-9 _ . - in Unknown on line 0
Warning: strata.local_ttl: "abc" is not a duration; accepted: 0 to 24h, such as 250ms in Unknown on line 0
Warning: strata.ttl_jitter: "51%" is out of range; accepted: 0% to 50% in Unknown on line 0
Warning: strata.operation_timeout: "250" has no unit; accepted: 1ms to 60s, such as 250ms in Unknown on line 0
Warning: strata.connect_timeout: "0" is out of range; accepted: 1ms to 60s, such as 250ms in Unknown on line 0
Warning: strata.max_redirects: "-1" is not a whole number; accepted: 0 to 16 in Unknown on line 0
Warning: strata.max_value: "64 MB" is not a size; accepted: 1K to 512M, such as 64M in Unknown on line 0
Warning: strata.serializer: "json" is not one of the words; accepted: auto|php|igbinary in Unknown on line 0
Warning: strata.lease_wait: "1.5s" is not a duration; accepted: 0 to 60s, such as 250ms in Unknown on line 0
Warning: strata.session_lock: "optimist" is not one of the words; accepted: on|optimistic|off in Unknown on line 0
Warning: strata.session_read_from: "PHPREDIS_SESSION" has no colon after the database; accepted: a database and what the keys there begin with, such as old:PHPREDIS_SESSION: in Unknown on line 0
Warning: strata.on_error: "" is not one of the words; accepted: degrade|throw in Unknown on line 0
strata.memory = 64M
strata.spin = auto
strata.memcached = 
strata.redis = 
strata.namespace = 
strata.local_ttl = 1s
strata.ttl_jitter = 5%
strata.operation_timeout = 100ms
strata.connect_timeout = 100ms
strata.max_redirects = 3
strata.max_value = 16M
strata.serializer = auto
strata.lease_wait = 2s
strata.session_lock = on
strata.session_read_from = 
strata.on_error = degrade
