--TEST--
php-fpm: strata_node() is for pools with strata.operator; a script of another one gets false, a warning, and changes nothing
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_own_server();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';

$redis = new OwnServer('redis');
$one = ['pm = static', 'pm.max_children = 1'];
$ini = ['strata.redis' => $redis->dsn(), 'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s', 'strata.request_budget' => '0'];
$fpm = fpm_start(['shop' => $one, 'operators' => [...$one, 'php_admin_value[strata.operator] = on']], $ini);
$page = __DIR__ . '/node.inc';
echo fpm_get($fpm, 'shop', $page);
echo fpm_get($fpm, 'operators', $page);
/* Where the web server says so, it is so for that request. */
echo fpm_get($fpm, 'operators', $page, '', ['PHP_ADMIN_VALUE' => 'strata.operator = off']);
fpm_stop($fpm);

echo "command line\n";
$node = fn (array $more) => php($ini + $more, 'strata_get("key");
    echo var_export(strata_node(array_key_first(strata_status()["nodes"]), "disable"), true), "\n";');
echo $node([]), preg_replace('/ in Command line.*/', '', $node(['strata.operator' => 'off']));
echo php(['strata.operator' => 'maybe'], ''), php(['strata.databases' => 'feed', 'strata.feed.operator' => 'on'], '');
?>
--EXPECT--
strata_node(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
false closed
true forced_open
strata_node(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
false forced_open
command line
true
Warning: strata_node(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
false
Warning: strata.operator: "maybe" is not one of the words; accepted: auto|on|off in Unknown on line 0
Warning: strata.feed.operator: the whole pool has one; accepted: strata.operator in Unknown on line 0
