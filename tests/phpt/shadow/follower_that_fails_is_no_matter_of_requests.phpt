--TEST--
php-fpm: a shadow that is stopped, silent, full or refuses the password fails no request, and is equal again afterwards
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_fpm();
skip_without_own_server();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/shadow.inc';

[$redis, $shadow] = [new OwnServer('redis'), new OwnServer('redis')];
$short = ['strata.operation_timeout' => '100ms', 'strata.connect_timeout' => '100ms', 'strata.request_budget' => '150ms', 'strata.on_error' => 'throw'];
$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 2', 'catch_workers_output = yes']],
    moving($redis->dsn(), $shadow->dsn(), 'write', $short));
$ask = fn (string $query) => fpm_get($fpm, 'shop', __DIR__ . '/shop.inc', $query);
$keys = array_map(fn ($i) => "k$i", range(1, 20));

$use = function (string $what) use ($ask, $keys) {
    $wrong = 0;
    foreach ($keys as $key) {
        $wrong += $ask("act=set&key=$key&value=" . urlencode($what)) !== 'true';
        $wrong += $ask("act=get&key=$key") !== json_encode($what);
        $wrong += $ask("act=error&key=$key") !== 'null';
    }
    $wrong += $ask('act=delete&key=k20') !== 'true';
    echo "$what: $wrong wrong\n";
};
$heal = function (string $what) use ($ask, $keys, $redis, $shadow) {
    $equal = fn () => $ask('act=get&key=k1') !== '' && held($redis->dsn(), $keys) === held($shadow->dsn(), $keys);
    fpm_await($equal, "both places to be equal after: $what");
};
$use('well');
$heal('well');

$shadow->signal(STOPPED);
$use('silent');
$shadow->signal(CONTINUED);
$heal('silent');

$shadow->kill();
$use('stopped');
$shadow->start();
$heal('stopped');

/* Nothing is stored there any more, and nothing old stays. */
redis($shadow->name(), 'CONFIG', 'SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
redis($shadow->name(), 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
$use('full');
fpm_await(fn () => $ask('act=get&key=k1') !== '' && !preg_grep('/stopped/', held($shadow->dsn(), $keys)), 'what is old to go');
redis($shadow->name(), 'CONFIG', 'SET', 'maxmemory', '0');
$use('full no more');
$heal('full no more');

redis($shadow->name(), 'CONFIG', 'SET', 'requirepass', 'secret');
redis($shadow->name(), 'CLIENT', 'KILL', 'TYPE', 'normal');
$use('without the password');
echo filter_var(preg_match('/strata/', file_get_contents("{$fpm['folder']}/fpm.log")), FILTER_VALIDATE_BOOL) ? "said in the log\n" : "";
fpm_stop($fpm);
?>
--EXPECT--
well: 0 wrong
silent: 0 wrong
stopped: 0 wrong
full: 0 wrong
full no more: 0 wrong
without the password: 0 wrong
