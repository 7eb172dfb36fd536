--TEST--
Strata\Cache: __construct() refuses a database that strata.databases does not name
--INI--
strata.databases=feeds
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

foreach (['default', 'feeds', 'feed', 'Feeds', '', "feeds\0", "\n\xff" . str_repeat('x', 100_000)] as $name) {
    echo thrown(fn () => (new Strata\Cache($name))->get('none', 'usable')), "\n";
}
echo thrown(fn () => (new Strata\Cache(database: 'feeds'))->get(key: 'none', default: 'usable')), "\n";
echo thrown(fn () => (new Strata\Cache())->get('none', 'usable')), "\n";
?>
--EXPECTF--
returned 'usable'
returned 'usable'
Strata\ConfigurationException: there is no database "feed": strata.databases must name it
Strata\ConfigurationException: there is no database "Feeds": strata.databases must name it
Strata\ConfigurationException: there is no database "": strata.databases must name it
Strata\ConfigurationException: there is no database "feeds\x00": strata.databases must name it
Strata\ConfigurationException: there is no database "\n\xFFxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...": strata.databases must name it
returned 'usable'
returned 'usable'
