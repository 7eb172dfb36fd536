--TEST--
remember(): while the deepest tier is silent each host computes once for local_ttl, and nothing of it reaches other hosts
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

foreach (['redis', 'memcached'] as $kind) {
    $server = new OwnServer($kind);
    $ini = ["strata.$kind" => $server->dsn(), 'strata.local_ttl' => '60s', 'strata.operation_timeout' => '300ms'];
    $hosts = ['a' => new Host($ini), 'b' => new Host($ini)];
    foreach ($hosts as $host) {
        $host->ask('$cache->get("something")');
    }
    $remember = fn (string $by) => "strata_remember('k', 60, function () use (&\$n) { \$n = (\$n ?? 0) + 1; return \"by $by \$n\"; })";
    $server->signal(STOPPED);
    foreach ($hosts as $name => $host) {
        echo "$kind $name: ", json_encode([$host->ask($remember($name)), $host->ask($remember($name)),
            $host->ask('$cache->delete("k")'), $host->ask($remember($name)), $host->ask($remember($name))]), "\n";
    }
    $server->signal(CONTINUED);
    usleep(200000);
    $third = new Host($ini);
    echo '  ', json_encode([$third->ask('strata_get("k")'), $third->ask($remember('third'))]), "\n";
}
?>
--EXPECT--
redis a: ["by a 1","by a 1",false,"by a 2","by a 2"]
redis b: ["by b 1","by b 1",false,"by b 2","by b 2"]
  [null,"by third 1"]
memcached a: ["by a 1","by a 1",false,"by a 2","by a 2"]
memcached b: ["by b 1","by b 1",false,"by b 2","by b 2"]
  [null,"by third 1"]
