--TEST--
A server that is killed or stopped costs a few operations of the host, then nobody waits for it, and once it answers again it is asked again
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

function watch(string $kind, int $fault): void
{
    $server = new OwnServer($kind);
    $ini = ["strata.$kind" => $server->dsn(), 'strata.local_ttl' => '0', 'strata.request_budget' => '0',
        'strata.operation_timeout' => '500ms', 'strata.connect_timeout' => '500ms'];
    $process = proc_open([PHP_BINARY, '-n', ...directives(['extension' => strata_so()] + $ini), '-r', '
        function ask() {
            $reason = strata_cache()->fetch("key")->reason;
            return $reason === null ? "answered" : $reason->value;
        }
        function strata_cache() {
            static $cache;
            return $cache ??= new Strata\Cache();
        }
        $wrong = 0;
        while (!strata_set("key", "the value"));
        echo "ready\n";
        fgets(STDIN);
        $told = [];
        for ($i = 0; $i < 3000; $i++) {
            $reason = ask();
            $told[$reason] = ($told[$reason] ?? 0) + 1;
        }
        $open = $told["breaker_open"];
        echo $open > 2900 ? "nearly all refused at once" : json_encode($told), "\n";
        fgets(STDIN);
        for ($end = microtime(true) + 40; !strata_set("key", "the value") && microtime(true) < $end; usleep(1000));
        $told = [];
        for ($i = 0; $i < 1000; $i++) {
            $told[ask()] = true;
            $wrong += strata_get("key") !== "the value";
        }
        echo implode(" ", array_keys($told)), ", $wrong wrong, ", strata_status()["nodes"]["' . $server->name() . '"]["state"], "; ";
        $events = array_column(strata_status()["anomalies"], "event");
        echo end($events), ", ", $events[0], "\n";
    '], [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
    echo $kind, $fault === KILLED ? ' killed: ' : ' stopped: ';
    fgets($pipes[1]);
    $fault === KILLED ? $server->kill() : $server->signal($fault);
    fwrite($pipes[0], "\n");
    echo trim(fgets($pipes[1])), '; ';
    $fault === KILLED ? $server->start() : $server->signal(CONTINUED);
    fwrite($pipes[0], "\n");
    echo fgets($pipes[1]);
    proc_close($process);
}
foreach (['memcached', 'redis'] as $kind) {
    watch($kind, KILLED);
    watch($kind, STOPPED);
}
?>
--EXPECT--
memcached killed: nearly all refused at once; answered, 0 wrong, closed; opened: refusing, answers again
memcached stopped: nearly all refused at once; answered, 0 wrong, closed; opened: silent, answers again
redis killed: nearly all refused at once; answered, 0 wrong, closed; opened: refusing, answers again
redis stopped: nearly all refused at once; answered, 0 wrong, closed; opened: silent, answers again
