--TEST--
strata.replicas = 2: after sets, deletes and changes that overlap, the second place has what the first has, or nothing
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

const KEYS = 3, WRITERS = 4, ROUNDS = 25;
$servers = [new OwnServer('memcached'), new OwnServer('memcached')];
$ini = ['strata.memcached' => 'memcached://' . implode(',', array_map(fn ($server) => $server->name(), $servers)),
    'strata.replicas' => '2', 'strata.memory' => '0', 'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s', 'strata.request_budget' => '0'];

/* Each writes until it is told to pause, so that what is there can be looked at. */
$write = '
    $cache = new Strata\Cache();
    while (fgets(STDIN)) {
        for ($end = hrtime(true) + 12_000_000; hrtime(true) < $end;) {
            $key = "key " . random_int(1, ' . KEYS . ');
            $value = bin2hex(random_bytes(8));
            switch (random_int(0, 9)) {
                case 0: $cache->delete($key); break;
                case 1: $cache->add($key, $value); break;
                case 2: $cache->replace($key, $value); break;
                case 3: $cache->touch($key, 100); break;
                case 4: $cache->compareAndSet($key, $cache->fetch($key), $value); break;
                case 5: $cache->set($key, random_int(1, 1000)); break;
                default: $cache->set($key, $value);
            }
        }
        echo "paused\n";
    }';
$writers = [];
for ($i = 0; $i < WRITERS; $i++) {
    $process = proc_open([getenv('TEST_PHP_EXECUTABLE') ?: PHP_BINARY, '-n',
        ...directives(['extension' => strata_so()] + $ini), '-r', $write],
        [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
    $writers[] = [$process, $pipes];
}

$compared = $same = $older = 0;
for ($round = 0; $round < ROUNDS; $round++) {
    foreach ($writers as [, $pipes]) {
        fwrite($pipes[0], "go\n");
    }
    foreach ($writers as [, $pipes]) {
        fgets($pipes[1]);
    }
    foreach (looked($servers, $ini) as [$first, $second]) {
        $compared++;
        $same += $second !== null && $second === $first;
        $older += $second !== null && $second !== $first;
    }
}

/** What is at the first place of each key, and what at the second, as a host reads it that finds the other one out. */
function looked(array $servers, array $ini): array
{
    static $process, $pipes;
    $names = array_map(fn ($server) => $server->name(), $servers);
    $process ??= proc_open([getenv('TEST_PHP_EXECUTABLE') ?: PHP_BINARY, '-n',
        ...directives(['extension' => strata_so()] + $ini), '-r', '
        $cache = new Strata\Cache();
        $names = ' . var_export($names, true) . ';
        $keys = array_map(fn ($i) => "key $i", range(1, ' . KEYS . '));
        while (fgets(STDIN)) {
            $places = $firsts = [];
            foreach ($keys as $key) {
                $firsts[$key] = $cache->fetch($key)->node;
            }
            foreach ($names as $out) {
                strata_node($out, "disable");
                foreach ($keys as $key) {
                    $places[$key][$firsts[$key] === $out ? 1 : 0] = $cache->get($key);
                }
                strata_node($out, "enable");
            }
            echo json_encode(array_values($places)), "\n";
        }'], [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
    fwrite($pipes[0], "go\n");
    return json_decode(fgets($pipes[1]), true);
}
foreach ($writers as [$process, $pipes]) {
    fclose($pipes[0]);
    proc_close($process);
}
/* How often both have it depends on how the writers come to run: of a busy machine no more can be said. */
var_dump($compared, $same > 0, $older);
?>
--EXPECT--
int(75)
bool(true)
int(0)
