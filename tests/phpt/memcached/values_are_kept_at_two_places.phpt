--TEST--
strata.replicas = 2: a value is on two servers, counters on one, and what changes a value leaves no old one at the second
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';

$servers = [new OwnServer('memcached'), new OwnServer('memcached'), new OwnServer('memcached')];
$list = implode(',', array_map(fn ($server, $name) => "$name=" . $server->name(), $servers, ['a', 'b', 'c']));
echo php(['strata.memcached' => "memcached://$list", 'strata.replicas' => '2', 'strata.memory' => '0',
    'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s', 'strata.request_budget' => '0'], '
    require "' . __DIR__ . '/../../support/servers.inc";
    $servers = ' . var_export(array_map(fn ($server) => $server->name(), $servers), true) . ';
    $cache = new Strata\Cache();

    /** On how many servers something with a value is, and what: an envelope that is no placeholder, or digits. */
    function places(string $key): string
    {
        global $servers, $cache;
        static $prefix = null;
        if ($prefix === null) {
            foreach ($servers as $server) {
                if (preg_match("/^VA \d+[^\r]*\r\n(\d+)/", memcached($server, "mg default:generation v\r\n"), $found)) {
                    $prefix = "default:$found[1]:";
                }
            }
        }
        $found = [];
        foreach ($servers as $server) {
            $bytes = memcached_read($server, $prefix . $key);
            if ($bytes !== null) {
                $found[] = is_numeric($bytes) ? "digits" : (strlen($bytes) === 96 ? "a placeholder" : "a value");
            }
        }
        sort($found);
        return implode(", ", $found) ?: "nothing";
    }

    $cache->set("key", "value");
    echo "set: ", places("key"), "\n";
    $cache->setMultiple(["one" => "1", "two" => "2", "three" => "3", "count" => 5]);
    echo "setMultiple: ", places("one"), "; ", places("two"), "; ", places("three"), "; ", places("count"), "\n";
    var_dump($cache->delete("key"), places("key"), $cache->delete("key"));
    $cache->remember("computed", 60, fn () => "value");
    echo "remember: ", places("computed"), "\n";
    $cache->increment("counter", 3);
    $cache->increment("counter", 3);
    echo "increment: ", places("counter"), "\n";
    $cache->add("added", "value");
    echo "add: ", places("added"), "\n";
    $change = function (string $what, callable $change) use ($cache) {
        $cache->set("key", "value", 100);
        $done = $change();
        echo "$what: ", var_export($done, true), ", ", places("key"), "\n";
    };
    $change("touch", fn () => $cache->touch("key", 200));
    $change("replace", fn () => $cache->replace("key", "other"));
    $change("compareAndSet", fn () => $cache->compareAndSet("key", $cache->fetch("key"), "other"));
    $change("add where something is", fn () => $cache->add("key", "other"));
    $change("a late compareAndSet", function () use ($cache) {
        $seen = $cache->fetch("key");
        $cache->set("key", "newer");
        return $cache->compareAndSet("key", $seen, "other");
    });
    $change("an integer over it", fn () => $cache->set("key", 7));
    $change("counting after it is gone", fn () => $cache->delete("key") && $cache->increment("key"));
    $change("set again", fn () => $cache->set("key", "again"));
    $cache->clear();
    var_dump($cache->get("key"));
    echo strata_status()["rings"]["default"]["replicas"], " places\n";
');
?>
--EXPECT--
set: a value, a value
setMultiple: a value, a value; a value, a value; a value, a value; digits
bool(true)
string(7) "nothing"
bool(true)
remember: a value, a value
increment: digits
add: a value
touch: true, a value
replace: true, a value
compareAndSet: true, a value
add where something is: false, a value, a value
a late compareAndSet: false, a value, a value
an integer over it: true, digits
counting after it is gone: true, digits
set again: true, a value, a value
NULL
2 places
