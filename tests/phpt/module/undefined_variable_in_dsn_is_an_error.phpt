--TEST--
php.ini: what an undefined ${VARIABLE} leaves of a DSN is an error, not a server without a password
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

putenv('STRATA_TEST_PASSWORD=SECRET');
echo php([
	'strata.databases' => 'defined',
	'strata.redis' => '"redis://app:${STRATA_TEST_UNDEFINED}@10.0.0.1"',
	'strata.memcached' => '"memcached://10.0.0.1,${STRATA_TEST_UNDEFINED}"',
	'strata.defined.redis' => '"redis://app:${STRATA_TEST_PASSWORD}@10.0.0.1"',
], '
	var_dump(ini_get("strata.redis"), ini_get("strata.memcached"), ini_get("strata.defined.redis"));
');
?>
--EXPECT--
Warning: strata.memcached: "memcached://10.0.0.1," is not usable: a host is empty (is a ${VARIABLE} undefined?), in server 2; accepted: memcached://host:port,host:port?weight=2 in Unknown on line 0
Warning: strata.redis: "***" is not usable: the password is empty (is a ${VARIABLE} undefined?); accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0 in Unknown on line 0
string(0) ""
string(0) ""
string(27) "redis://app:SECRET@10.0.0.1"
