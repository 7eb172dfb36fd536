--TEST--
php-fpm: what was stored locally in another epoch or under another login is out of reach, while names on servers stay the same
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

$one = ['pm = static', 'pm.max_children = 1'];
$page = __DIR__ . '/site.inc';
$fpm = fpm_start(['alone' => $one]);
$in = fn (string $epoch, string $query = '') => fpm_get($fpm, 'alone', $page, $query, ['PHP_ADMIN_VALUE' => "strata.epoch = $epoch"]);
echo 'alone: ', $in('r1', 'set=first'), ' ', $in('r2'), ' ', $in('r2', 'set=second'), ' ', $in('r1'), ' ', $in('r2'), "\n";
fpm_stop($fpm);

$redis = new OwnServer('redis', arguments: ['--requirepass', 'SECRET']);
$fpm = fpm_start(['shop' => $one], ['strata.redis' => $redis->dsn(), 'strata.local_ttl' => '1h', 'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s', 'strata.request_budget' => '0', 'display_errors' => '0']);
$with = fn (string $password, string $epoch, string $query = '') => fpm_get($fpm, 'shop', $page, $query,
    ['PHP_ADMIN_VALUE' => "strata.password = $password\nstrata.epoch = $epoch"]);
echo 'with servers: ', $with('SECRET', 'r1', 'set=first'), ' ', $with('SECRET', 'r2'), ' ', $with('SECRET', 'r2', 'set=second'), ' ',
    $with('SECRET', 'r1'), ' ', $with('SECRET', 'r2'), "\n";
echo 'without the password: ', preg_replace('/127.*greeting/', 'REDIS', $with('WRONG', 'r1')), "\n";
fpm_stop($fpm);
?>
--EXPECT--
alone: "first" "nothing" "second" "first" "second"
with servers: "first" "first" "second" "first" "second"
without the password: Exception: heard: strata_get(): database default: redis REDIS: the server did not accept the password
