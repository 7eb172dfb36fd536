--TEST--
Strata\Cache: databases and namespaces do not see each other, and clear() empties one only
--INI--
strata.databases=a,b,c
strata.b.namespace=other
strata.c.namespace=b
--FILE--
<?php
$all = [];
foreach (['default', 'a', 'b', 'c'] as $name) {
    $all[$name] = new Strata\Cache($name);
    $all[$name]->set('key', "of $name");
    $all[$name]->set("only $name", 1);
    $all[$name]->increment('count', strlen($name));
}
$show = function () use ($all) {
    foreach ($all as $name => $cache) {
        echo "$name: ", json_encode($cache->getMultiple(['key', 'count', 'only a', 'only b'])), "\n";
    }
};
$show();
var_dump($all['a']->clear());
$show();
$all['a']->set('key', 'again');
var_dump($all['a']->get('key'), $all['a']->get('only a'));
$all['b']->delete('key');
var_dump($all['default']->clear());
$show();
var_dump($all['a']->clear(), $all['a']->clear(), $all['a']->get('key'));
?>
--EXPECT--
default: {"key":"of default","count":7,"only a":null,"only b":null}
a: {"key":"of a","count":1,"only a":1,"only b":null}
b: {"key":"of b","count":1,"only a":null,"only b":1}
c: {"key":"of c","count":1,"only a":null,"only b":null}
bool(true)
default: {"key":"of default","count":7,"only a":null,"only b":null}
a: {"key":null,"count":null,"only a":null,"only b":null}
b: {"key":"of b","count":1,"only a":null,"only b":1}
c: {"key":"of c","count":1,"only a":null,"only b":null}
string(5) "again"
NULL
bool(true)
default: {"key":null,"count":null,"only a":null,"only b":null}
a: {"key":"again","count":null,"only a":null,"only b":null}
b: {"key":null,"count":1,"only a":null,"only b":1}
c: {"key":"of c","count":1,"only a":null,"only b":null}
bool(true)
bool(true)
NULL
