--TEST--
php-fpm: strata_keys() and strata_check() are for pools with strata.operator, and list the keys of their own strata.namespace
--SKIPIF--
<?php
require __DIR__ . '/../../support/check.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_own_server();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/check.inc';
require __DIR__ . '/../../support/fpm.inc';

$redis = new OwnServer('redis', arguments: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
$pool = fn (string $namespace, string ...$more) => ['pm = static', 'pm.max_children = 1', "php_admin_value[strata.namespace] = $namespace", ...$more];
$fpm = fpm_start(['site' => $pool('site'), 'shop' => $pool('shop'), 'operators' => $pool('shop', 'php_admin_value[strata.operator] = on')],
    ['strata.redis' => $redis->dsn(), 'strata.local_ttl' => '60s'] + PATIENT);
foreach (['site', 'shop', 'operators'] as $name) {
    echo "-- $name\n", fpm_get($fpm, $name, __DIR__ . '/operator.inc', "pool=$name");
}
fpm_stop($fpm);
echo "-- a command line where it is off\n";
echo preg_replace('/ in Command line.*/', '', php(['strata.operator' => 'off'], 'var_dump(strata_keys(), strata_check());'));
?>
--EXPECT--
-- site
strata_keys(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
strata_check(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
bool(false)
bool(false)
-- shop
strata_keys(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
strata_check(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
bool(false)
bool(false)
-- operators
string(29) "key of operators, key of shop"
string(19) "reached, 0 findings"
-- a command line where it is off
Warning: strata_keys(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
Warning: strata_check(): strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool of operators, or a call from the command line
bool(false)
bool(false)
