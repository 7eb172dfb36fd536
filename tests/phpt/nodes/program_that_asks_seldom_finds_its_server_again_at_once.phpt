--TEST--
A program that asks every other second finds a server again by the first question after its breaker has waited
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
require __DIR__ . '/../../support/php.inc';

foreach (['memcached', 'redis'] as $kind) {
    $server = new OwnServer($kind);
    $ini = ["strata.$kind" => $server->dsn(), 'strata.local_ttl' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '5s'];
    $process = proc_open([PHP_BINARY, '-n', ...directives(['extension' => strata_so()] + $ini), '-r', '
        $cache = new Strata\Cache();
        $told = fn () => $cache->fetch("key")->reason?->value ?? "answered";
        echo $told(), "\n";
        fgets(STDIN);
        while ($told() !== "breaker_open");
        echo "open\n";
        fgets(STDIN);
        /* The machine may be too busy for one probe of 25 ms. Without waiting for any it takes four questions. */
        for ($i = 1; $i <= 10; $i++) {
            sleep(2);
            if ($told() === "answered") {
                break;
            }
        }
        echo $i <= 2 ? "answered" : "answered only after $i questions", "\n";
    '], [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
    echo $kind, ': ', trim(fgets($pipes[1]));
    $server->kill();
    fwrite($pipes[0], "\n");
    echo ', ', trim(fgets($pipes[1]));
    $server->start();
    fwrite($pipes[0], "\n");
    echo ', ', trim(fgets($pipes[1])), "\n";
    proc_close($process);
}
?>
--EXPECT--
memcached: answered, open, answered
redis: answered, open, answered
