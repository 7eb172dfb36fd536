--TEST--
Strata\Cache: __construct() refuses a database that strata.databases does not name
--INI--
strata.databases=sessions
--FILE--
<?php
require __DIR__ . '/../support/show.inc';

foreach (['default', 'sessions', 'session', 'Sessions', '', "sessions\0"] as $name) {
    echo thrown(fn () => (new Strata\Cache($name))->get('none', 'usable')), "\n";
}
echo thrown(fn () => (new Strata\Cache(database: 'sessions'))->get(key: 'none', default: 'usable')), "\n";
echo thrown(fn () => (new Strata\Cache())->get('none', 'usable')), "\n";
?>
--EXPECTF--
returned 'usable'
returned 'usable'
Strata\ConfigurationException: there is no database "session": strata.databases must name it
Strata\ConfigurationException: there is no database "Sessions": strata.databases must name it
Strata\ConfigurationException: there is no database "": strata.databases must name it
Strata\ConfigurationException: there is no database "sessions%s
returned 'usable'
returned 'usable'
