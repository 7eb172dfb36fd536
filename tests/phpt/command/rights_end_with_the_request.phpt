--TEST--
strata: the right of an operator comes with the command's request and goes with it; strata.operator = off keeps it out
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_command();
skip_without_own_server();
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';

$redis = new OwnServer('redis');
$ini = ['strata.redis' => $redis->dsn(), 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0'];
$pools = ['www' => debian_pool(), 'off' => debian_pool(['php_admin_value[strata.operator] = off'])];
$fpm = fpm_start($pools, $ini);
copy(__DIR__ . '/node.inc', "{$fpm['folder']}/node.php");
$script = fn (string $pool, array $besides = []) => fpm_get($fpm, $pool, "{$fpm['folder']}/node.php", '', $besides);
$order = fn (string $pool, string $action) => strtr(command(['--fcgi', "{$fpm['folder']}/$pool.sock", 'node', $redis->name(), $action]),
    [$redis->name() => 'REDIS']);

echo "before: ", $script('www');
echo "the command: ", $order('www', 'drain');
echo "the same worker: ", $script('www');
echo "a header of a visitor: ", $script('www', ['HTTP_STRATA_OPERATOR' => 'on', 'HTTP_STRATA-OPERATOR' => 'on']);
echo "where it is off: ", $order('off', 'disable');
echo "other words: ", $script('www', ['STRATA_OPERATOR' => 'On']), $script('www', ['STRATA_OPERATOR' => '']);
echo "a front end of operators: ", $script('www', ['STRATA_OPERATOR' => 'on']);
fpm_stop($fpm);
?>
--EXPECT--
before: strata_node(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
false closed
the command: REDIS: drain until told otherwise
the same worker: strata_node(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
false draining
a header of a visitor: strata_node(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
false draining
where it is off: ! strata: warning: strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
exit code 2
other words: strata_node(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
false draining
strata_node(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
false draining
a front end of operators: true forced_open
