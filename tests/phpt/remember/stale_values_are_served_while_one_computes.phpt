--TEST--
remember(stale:): past its life a value is computed anew by one, and served to all others meanwhile; get() has none
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
require __DIR__ . '/../../support/hosts.inc';

$servers = [new OwnServer('redis'), new OwnServer('memcached')];
$always = ['strata.ttl_jitter' => '0', 'strata.local_ttl' => '1s'];
$redis = ['strata.redis' => $servers[0]->dsn()];
$memcached = ['strata.memcached' => $servers[1]->dsn()];
$fleets = ['local' => $always, 'redis' => $redis + $always, 'memcached' => $memcached + $always, 'both' => $memcached + $redis + $always];
$hosts = [];
foreach ($fleets as $name => $ini) {
    $hosts[$name] = [new Host($ini), $ini === $always ? null : new Host($ini)];
    $hosts[$name][0]->ask("strata_remember('$name', 1, fn () => 'old', stale: 60)");
    $hosts[$name][0]->ask("strata_remember('$name beta', 60, function () { usleep(2000); return 'old'; })");
}
usleep(2100000);
foreach ($hosts as $name => [$a, $b]) {
    $fifo = tempnam(sys_get_temp_dir(), 'strata');
    unlink($fifo);
    exec('mkfifo ' . escapeshellarg($fifo));
    $during = "fwrite(fopen('$fifo', 'w'), '.'); fread(fopen('$fifo', 'r'), 1);";
    $b === null || $a->ask("strata_increment('n $name')");
    $a->begin("strata_remember('$name', 60, function () { $during return 'new'; }, stale: 60)");
    fread(fopen($fifo, 'r'), 1);
    if ($b !== null) {
        $begun = hrtime(true);
        echo "$name, elsewhere: ", json_encode([$b->ask("strata_get('$name')"), $b->ask("strata_remember('$name', 60, fn () => 'never', stale: 60)"),
            $b->ask("strata_remember('$name', 60, fn () => 'never', stale: 60)")]), hrtime(true) - $begun < 1e9 ? '' : ' late', "\n";
    }
    fwrite(fopen($fifo, 'w'), '.');
    echo "$name: ", json_encode([$a->end(), $a->ask("strata_get('$name')")]);
    if ($b !== null) {
        usleep(1100000);
        echo ' ', json_encode([$b->ask("strata_get('$name')"), $b->ask("strata_remember('$name', 60, fn () => 'never', stale: 60)")]);
    }
    echo "\n";
    unlink($fifo);
    /* Early: with a beta of this size, a life of a minute is as good as over. */
    echo '  ', json_encode([
        $a->ask("strata_remember('$name beta', 60, fn () => 'early', beta: 0.0)"),
        $a->ask("array_count_values(array_map(fn () => strata_remember('$name beta', 60, function () { usleep(2000); return 'early'; }, beta: 1e9), range(1, 256)))['old'] < 256"),
        $a->ask("strata_get('$name beta')"),
        $a->ask("strata_remember('$name beta', 60, fn () => 'forced', refresh: Strata\\Refresh::Force)"),
        $a->ask("strata_get('$name beta')"),
    ]), "\n";
}
?>
--EXPECT--
local: ["new","new"]
  ["old",true,"early","forced","forced"]
redis, elsewhere: [null,"old","old"]
redis: ["new","new"] ["new","new"]
  ["old",true,"early","forced","forced"]
memcached, elsewhere: [null,"old","old"]
memcached: ["new","new"] ["new","new"]
  ["old",true,"early","forced","forced"]
both, elsewhere: [null,"old","old"]
both: ["new","new"] ["new","new"]
  ["old",true,"early","forced","forced"]
