--TEST--
php.ini: a directive that does not exist is named once, with what it may have meant
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

echo php([
	'strata.databases' => 'sessions',
	'strata.foo' => '1',
	'strata.memroy' => '8M',
	'Strata.Memory' => '8M',
	'STRATA.redis' => 'redis://h',
	'strata.sessions.foo' => '1',
	'strata.sessions.local_tt' => '1s',
	'strata.sessions.memory' => '8M',
	'strata.sessions.memry' => '8M',
	'strata.default.redis' => 'redis://h',
	'strata.sesions.redis' => 'redis://app:SECRET@h',
	'strata.sessions.redis.password' => 'SECRET',
	'stratagem.memory' => '8M',
], 'echo "started\n";');
?>
--EXPECT--
Warning: strata.foo: no such directive; php --ri strata lists those that there are in Unknown on line 0
Warning: strata.memroy: no such directive; did you mean strata.memory? in Unknown on line 0
Warning: Strata.Memory: no such directive; did you mean strata.memory? in Unknown on line 0
Warning: STRATA.redis: no such directive; did you mean strata.redis? in Unknown on line 0
Warning: strata.sessions.foo: no such directive; php --ri strata lists those that there are in Unknown on line 0
Warning: strata.sessions.local_tt: no such directive; did you mean strata.sessions.local_ttl? in Unknown on line 0
Warning: strata.sessions.memory: the whole host has one; accepted: strata.memory in Unknown on line 0
Warning: strata.sessions.memry: no such directive; did you mean strata.memory? in Unknown on line 0
Warning: strata.default.redis: the options of default are the common ones; accepted: strata.redis in Unknown on line 0
Warning: strata.sesions.redis: there is no database sesions; strata.databases must name it in Unknown on line 0
Warning: strata.sessions.redis.password: no such directive; php --ri strata lists those that there are in Unknown on line 0
started
