--TEST--
remember(): what was computed before a clear() is returned, and stored under no newer generation
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

$remember = fn (string $act) => 'strata_remember("k", 60, function () use ($cache) { ' . $act . ' return "old"; })';
$servers = [new OwnServer('redis'), new OwnServer('memcached')];
$inis = [
    'local' => [],
    'redis' => ['strata.redis' => $servers[0]->dsn()],
    'memcached' => ['strata.memcached' => $servers[1]->dsn(), 'strata.local_ttl' => '60s'],
];
foreach ($inis as $name => $ini) {
    $host = new Host($ini);
    $other = new Host($ini);
    $host->ask('$cache->get("k")');
    echo "$name: ", json_encode([
        $host->ask($remember('$cache->clear();')), $host->ask('$cache->get("k")'),
        $host->ask($remember('')), $host->ask('$cache->get("k")'),
    ]), "\n";
    if ($ini !== []) {
        $host->ask('$cache->delete("k")');
        $slow = $remember('fwrite(fopen(getenv("FIFO"), "w"), "."); usleep(1200000);');
        /* The other host clears while the first one computes. */
        $fifo = tempnam(sys_get_temp_dir(), 'strata');
        unlink($fifo);
        exec('mkfifo ' . escapeshellarg($fifo));
        $host->ask("putenv('FIFO=$fifo')");
        $host->begin($slow);
        fread(fopen($fifo, 'r'), 1);
        unlink($fifo);
        echo '  ', json_encode([$other->ask('$cache->clear()'), $host->end(), $host->ask('$cache->get("k")'), $other->ask('$cache->get("k")')]), "\n";
    }
}
?>
--EXPECT--
local: ["old",null,"old","old"]
redis: ["old",null,"old","old"]
  [true,"old",null,null]
memcached: ["old",null,"old","old"]
  [true,"old",null,null]
