--TEST--
php.ini: a password shows in no message, in no phpinfo() and in no --ri
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$ini = [
	'strata.databases' => 'sessions,feed,broken',
	'strata.redis' => 'redis-cluster://app:SECRET1@10.0.0.1:7000,10.0.0.2:7000',
	'strata.password' => 'SECRET2',
	'strata.fingerprint_key' => 'SECRET3',
	'strata.sessions.redis' => 'redis://:SECRET4%40@10.0.0.1:7000/2',
	'strata.sessions.password' => 'SECRET5',
	'strata.feed.redis' => 'redis://app:SECRET6@10.0.0.1:port',
	'strata.feed.memcached' => 'redis://app:SECRET7@10.0.0.1',
	'strata.broken.redis' => 'redis://app:SECRET8',
];
$shown = ['--ri' => run_php($ini, ['--ri', 'strata']), 'phpinfo()' => php($ini, 'phpinfo();')];
foreach ($shown as $where => $text) {
	echo $where, str_contains($text, 'SECRET') ? " shows a password\n$text" : " shows none\n";
}
preg_match_all('/^Warning: .*|^strata\.\S+ =>.*\*\*\*.*/m', $shown['--ri'], $lines);
echo implode("\n", $lines[0]), "\n";
?>
--EXPECT--
--ri shows none
phpinfo() shows none
Warning: strata.feed.memcached: "redis://app:***@10.0.0.1" names the wrong kind of server; accepted: memcached://host:port,host:port?weight=2 in Unknown on line 0
Warning: strata.feed.redis: "***" is not usable: a port is a number from 1 to 65535; accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0 in Unknown on line 0
Warning: strata.broken.redis: "redis://app:***" is not usable: a port is a number from 1 to 65535; accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0; php.ini cuts what has no quotes at ; and ! and other marks: "quote it" in Unknown on line 0
strata.redis => redis-cluster://app:***@10.0.0.1:7000,10.0.0.2:7000 => redis-cluster://app:***@10.0.0.1:7000,10.0.0.2:7000
strata.password => *** => ***
strata.fingerprint_key => *** => ***
strata.sessions.redis => redis://:***@10.0.0.1:7000/2 => redis://:***@10.0.0.1:7000/2
strata.sessions.password => *** => ***
