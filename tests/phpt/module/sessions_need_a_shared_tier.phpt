--TEST--
php.ini: a database named sessions without a shared tier is refused, where it is used and by name
--INI--
strata.databases=sessions,feed
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

echo thrown(fn () => (new Strata\Cache('sessions'))->set('key', 1)), "\n";
echo thrown(fn () => (new Strata\Cache('feed'))->set('key', 1)), "\n";
?>
--EXPECT--
Strata\ConfigurationException: database sessions, strata.sessions.redis: sessions need a shared tier: set it, or strata.sessions.memcached, or, where one host is all there is, strata.sessions.session_local = on
returned true
