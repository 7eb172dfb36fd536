--TEST--
names: a name that moves is followed within seconds: when the old server refuses, when it becomes a replica, and while it goes on answering
--SKIPIF--
<?php
require __DIR__ . '/../../support/names.inc';
require __DIR__ . '/../../support/servers.inc';
skip_without_memcached();
skip_without_redis();
skip_without_child();
skip_without_names();
?>
--FILE--
<?php
require __DIR__ . '/../../support/names.inc';
foreach (['redis' => ['dies', 'dies, and the name follows late', 'becomes a replica', 'stays'], 'memcached' => ['dies', 'stays']] as $kind => $ways) {
    foreach ($ways as $way) {
        echo "$kind $way\n";
        in_network_with_names(__DIR__ . '/moves.inc', $kind, $way);
    }
}
?>
--EXPECT--
redis dies
followed
well again
no request waits beyond its budget
0 wrong values
redis dies, and the name follows late
followed
well again
no request waits beyond its budget
0 wrong values
redis becomes a replica
followed
well again
no request waits beyond its budget
0 wrong values
redis stays
followed
well again
no request waits beyond its budget
0 wrong values
memcached dies
followed
well again
no request waits beyond its budget
0 wrong values
memcached stays
followed
well again
no request waits beyond its budget
0 wrong values
