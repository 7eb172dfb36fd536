--TEST--
strata.idle_close and strata.max_lifetime: a connection that idled for so long, or is so old, is closed and a new one opened; another is kept
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_memcached();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php.inc';

$ini = ['strata.memcached' => 'memcached://' . servers_of('STRATA_TEST_MEMCACHED')[0], 'strata.local_ttl' => '0',
    'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s', 'strata.request_budget' => '0'];
$code = '
    strata_set("key", "value");
    $before = current(strata_status()["nodes"]);
    for ($i = 0; $i < 6; $i++) {
        usleep(PAUSE);
        strata_get("key") === "value" || print("wrong\n");
    }
    $after = current(strata_status()["nodes"]);
    echo $after["connects"] - $before["connects"], " more, ", $after["closes"] - $before["closes"], " closed for a fault\n";
';
echo php($ini, "const PAUSE = 200000; $code");
echo php(['strata.idle_close' => '100ms'] + $ini, "const PAUSE = 200000; $code");
echo php(['strata.max_lifetime' => '100ms'] + $ini, "const PAUSE = 200000; $code");
echo php(['strata.idle_close' => '0', 'strata.max_lifetime' => '0'] + $ini, "const PAUSE = 200000; $code");
?>
--EXPECT--
0 more, 0 closed for a fault
6 more, 0 closed for a fault
6 more, 0 closed for a fault
0 more, 0 closed for a fault
