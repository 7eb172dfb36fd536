--TEST--
php.ini: a database's own value goes before the common one, and an empty one turns a tier off, a wrong one leaves no tier
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$text = run_php([
	'strata.databases' => 'sessions,feed,plain',
	'strata.memcached' => 'memcached://10.0.0.1',
	'strata.redis' => 'redis://10.0.0.2',
	'strata.sessions.redis' => 'redis://10.0.0.3/2',
	'strata.sessions.memcached' => '',
	'strata.feed.redis' => 'redis://10.0.0.4:port',
], ['--ri', 'strata']);
preg_match_all('/^database .*|^strata\.(?:sessions|plain)\.(?:redis|memcached|user) .*/m', $text, $lines);
echo implode("\n", $lines[0]), "\n";
?>
--EXPECT--
database default => local, memcached://10.0.0.1, redis://10.0.0.2
database sessions => local, redis://10.0.0.3/2
database feed => not configured: strata.feed.redis: "redis://10.0.0.4:***" is not usable: a port is a number from 1 to 65535; accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0
database plain => local, memcached://10.0.0.1, redis://10.0.0.2
strata.sessions.memcached => no value => no value
strata.sessions.redis => redis://10.0.0.3/2 => redis://10.0.0.3/2
strata.sessions.user => as the common option => as the common option
strata.plain.memcached => as the common option => as the common option
strata.plain.redis => as the common option => as the common option
strata.plain.user => as the common option => as the common option
