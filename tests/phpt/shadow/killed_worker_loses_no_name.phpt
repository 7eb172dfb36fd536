--TEST--
php-fpm: what a worker changed before it was killed is brought over by the next one
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
$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 2']], moving($redis->dsn(), $shadow->dsn()));
$ask = fn (string $query) => fpm_get($fpm, 'shop', __DIR__ . '/shop.inc', $query);

echo $ask('act=set&key=gone'), "\n";
fpm_await(fn () => $ask('act=get&key=gone') === '"value"' && held($shadow->dsn(), ['gone'])['gone'] === 'hit "value"', 'the first copy');
for ($i = 0; $i < 5; $i++) {
    $ask("act=die&key=k$i&value=$i");
    /* Whichever worker comes next, for whatever key. */
    fpm_await(fn () => $ask('act=get&key=gone') === 'null' && held($shadow->dsn(), ["k$i"])["k$i"] === "hit \"$i\"",
        'what the killed worker changed');
}
expect_equal('killed', $redis->dsn(), $shadow->dsn(), ['gone', 'k0', 'k1', 'k2', 'k3', 'k4']);
fpm_stop($fpm);
?>
--EXPECT--
true
